"""What the four severities mean and what each weighs. Pure: no Django."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Severity:
    """1 is the worst. ``points`` is what one such defect adds to a place's burden."""

    value: int
    label: str
    meaning: str
    points: int


# The 8/4/2/1 points are the ones that audits of estates add up per defect; see docs/categories.md.
SEVERITIES: tuple[Severity, ...] = (
    Severity(1, "Critical", "Danger to life or an open door for crime. Somebody goes within hours.", 8),
    Severity(2, "High", "Likely to hurt somebody or to invite crime. Somebody goes within days.", 4),
    Severity(3, "Medium", "Anybody walking past would notice. Done within the normal standard.", 2),
    Severity(4, "Low", "Looks poor, or is work to plan for.", 1),
)

POINTS: dict[int, int] = {severity.value: severity.points for severity in SEVERITIES}
