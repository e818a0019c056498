"""Tests: a folder for each room, and for what only shows when all of them run."""
