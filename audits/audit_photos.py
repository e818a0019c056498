"""Which photos of an audit somebody may look at."""

from __future__ import annotations

import uuid

from django.db.models import Q

from accounts.models import Person
from audits import rules
from audits.models import Audit
from media.models import Photo


def photo_of_audit(person: Person, photo_id: uuid.UUID) -> Photo | None:
    """A photo of an answer, a concern, the evidence or a re-visit, of an audit that the person may see; what is
    restricted only for those who read that, and for whoever took it."""
    audits = Audit.objects.visible_to(person).values("pk")
    reads = rules.may_read_restricted(person.role, is_council=person.organisation.is_council)
    answer, concern = Q(answers__audit__in=audits), Q(concerns__audit__in=audits)
    if not reads:
        answer &= Q(answers__restricted=False) | Q(answers__by=person.pk)
        concern &= Q(concerns__restricted=False) | Q(concerns__by=person.pk)
    judged = Q(judgements__carried__audit__in=audits)
    found = answer | concern | judged | Q(audit_photo__audit__in=audits)
    return Photo.objects.filter(found, pk=photo_id).first()
