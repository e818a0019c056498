"""How Sightline is set up, started and stopped on one machine.

Everything here that runs before the virtual environment exists uses the
standard library only. `stack.py` is the way in; `docs/running.md` tells the rest.
"""
