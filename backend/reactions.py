"""The one map from a ledger entry's kind to what follows it. docs/ledger.md shows it.

A reaction is a function in a room's tasks.py, marked with ``ledger.reactions.reaction``.
"""

REACTIONS: dict[str, list[str]] = {
    "defect.raised": ["jobs.route_defect"],
    "photo.received": ["media.make_renditions"],
}
