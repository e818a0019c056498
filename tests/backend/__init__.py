"""The project itself: its settings and what it does to every request."""
