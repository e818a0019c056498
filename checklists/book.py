"""Categories by code, kept for a few seconds: every defect that arrives asks for one."""

import time

from checklists.models import Category

KEPT_S = 5.0
_kept: dict[str, tuple[float, Category]] = {}


def known_category(code: str) -> Category | None:
    """The category of this code, retired ones included; None when there is none.

    Only what was found is kept: a category that is loaded now is known at once, and one that exists
    is never deleted. A change of its lists is seen within ``KEPT_S`` seconds.
    """
    now = time.monotonic()
    kept = _kept.get(code)
    if kept and now - kept[0] < KEPT_S:
        return kept[1]
    found = Category.objects.filter(pk=code).first()
    if found:
        _kept[code] = (now, found)
    return found
