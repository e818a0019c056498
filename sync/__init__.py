"""The phones' door: push operations, pull changes, and what a phone needs to know offline."""
