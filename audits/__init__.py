"""The walk: patrols and audits, the defects they record, and what becomes of these."""
