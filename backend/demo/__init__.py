"""Aldermere: an invented borough with three months of work in it.

The geometry and the story are made by pure functions (`plan`, `plots`,
`borough`, `history`, `scenes`); `loading` puts them into the rooms through
the rooms' own models and actions.
"""
