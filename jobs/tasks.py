"""What follows from an entry: a new defect is routed.

The map of these names is backend/reactions.py.
"""

from uuid import UUID

from jobs import opening
from ledger.models import Entry
from ledger.reactions import reaction


@reaction("jobs.route_defect")
def route_defect(entry: Entry) -> None:
    """On `defect.raised`."""
    opening.route_defect(defect_id=UUID(entry.subject_id))
