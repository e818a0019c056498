"""Measures speed and size on the real stack: ``make bench``, or one part with ``make bench PART=sync``."""
