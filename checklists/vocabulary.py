"""The words that a checklist's definition is made of; pwa/src/rooms/eva/questions/definition.ts has the same."""

KINDS = ("full", "quick", "block", "gates", "signs", "park", "car_park", "post_project", "other")

QUESTION_TYPES = (
    "pass_fail",
    "yes_no",
    "one_of",
    "many_of",
    "scale",
    "grade",
    "count",
    "number",
    "text",
    "date",
    "photo",
    "pin",
    "repeat",
    "assets",
)
# Asked of several things: each thing is an instance, and the questions inside are asked of each.
GROUPS = frozenset({"repeat", "assets"})
CHOSEN = frozenset({"pass_fail", "yes_no", "one_of", "many_of", "grade"})
SCORED = frozenset({"pass_fail", "yes_no", "one_of", "many_of", "scale", "grade", "count"})
# What a rule compares as a number: of groups, photos and pins it is how many there are.
COUNTED = frozenset({"scale", "count", "number", "photo", "pin", "repeat", "assets"})

OPS = ("is", "is_not", "above", "below", "at_least", "at_most", "answered", "includes")
ORDERING_OPS = frozenset({"above", "below", "at_least", "at_most"})

ASSET_KINDS = (
    "door_front",
    "door_rear",
    "alley_gate",
    "sign",
    "block",
    "improvement",
    "lamp",
    "garage_block",
    "fence",
    "other",
)

# code, label, points: a question may give its own label, points or automatic fail for any of them.
BUILT_IN: dict[str, tuple[tuple[str, str, float | None], ...]] = {
    "pass_fail": (("pass", "Pass", 1.0), ("fail", "Fail", 0.0), ("na", "Not applicable", None)),
    "yes_no": (("yes", "Yes", 1.0), ("partly", "Partly", 0.5), ("no", "No", 0.0), ("na", "Not applicable", None)),
    # Points of ours, so that the standard to be kept (B) is where green begins and D is nothing.
    "grade": (
        ("A", "A", 1.0),
        ("B+", "B+", 0.9),
        ("B", "B", 0.8),
        ("B-", "B-", 0.5),
        ("C", "C", 0.3),
        ("C-", "C-", 0.15),
        ("D", "D", 0.0),
    ),
}
# From best to worst, as NI195 has them.
GRADES = tuple(code for code, _, _ in BUILT_IN["grade"])

LEAST_SCALE, MOST_SCALE = 1, 5
GREEN_FROM, AMBER_FROM = 80, 50

MOST_SECTIONS = 100
MOST_QUESTIONS = 2_000
MOST_CHOICES = 10_000
MOST_EXAMPLES = 6
MOST_RULE_DEPTH = 20
LONGEST_CODE = 64
LONGEST_LABEL = 500
LONGEST_TEXT = 4_000
