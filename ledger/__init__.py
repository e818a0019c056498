"""Append-only facts: the history people read, the outbox and the pull cursor in one.

``from ledger.recording import record`` writes; ``ledger.cursor`` reads onwards from a place;
``ledger.reactions.reaction`` marks a function that follows an entry.
"""
