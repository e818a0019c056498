"""Whole stories, driven in a real browser against the running stack: `make journey PART=main`."""
