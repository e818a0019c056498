"""Categories as phones keep them: the ``categories``, ``groups`` and ``severities`` of reference data."""

from collections import defaultdict
from typing import Any

from checklists.models import Category, CategoryGroup, FlyTippingCode
from checklists.severity import SEVERITIES


def category_rows() -> list[dict[str, Any]]:
    """Every category in use, in the order of the groups (two queries).

    ``{"code", "label", "group", "severity", "severity_in_hotspot", "words", "icon", "photo", "evidence": bool,
    "fly_tipping": {"waste" | "size" | "land": [{"code", "label"}]} | None, "what_next": ""}``.
    ``what_next`` is left for sync to fill in: what happens next depends on the routes.
    """
    codes = _fly_tipping_rows()
    return [
        {
            "code": category.code,
            "label": category.label,
            "group": category.group_id,
            "severity": category.severity,
            "severity_in_hotspot": category.severity_in_hotspot,
            "words": category.words,
            "icon": category.icon,
            "photo": category.photo_rule,
            "evidence": category.evidence,
            "fly_tipping": _fly_tipping(category, codes),
            "what_next": "",
        }
        for category in Category.objects.in_use()
    ]


def group_rows() -> list[dict[str, Any]]:
    """``{"code", "label", "icon"}`` of every group that has a category in use."""
    groups = CategoryGroup.objects.filter(retired=False, categories__retired=False).distinct()
    return [{"code": group.code, "label": group.label, "icon": group.icon} for group in groups]


def severity_rows() -> list[dict[str, Any]]:
    """``{"value", "label", "meaning"}``, the worst first."""
    return [{"value": s.value, "label": s.label, "meaning": s.meaning} for s in SEVERITIES]


def _fly_tipping_rows() -> dict[str, dict[str, dict[str, str]]]:
    rows: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for code in FlyTippingCode.objects.filter(retired=False):
        rows[code.list][code.code] = {"code": code.code, "label": code.label}
    return rows


def _fly_tipping(
    category: Category, codes: dict[str, dict[str, dict[str, str]]]
) -> dict[str, list[dict[str, str]]] | None:
    if not category.fly_tipping:
        return None
    chosen = {"waste": category.waste_types, "size": category.sizes, "land": category.land_types}
    return {name: [codes[name][code] for code in picked if code in codes[name]] for name, picked in chosen.items()}
