"""What Aldermere's wardens find: how often, on whose land, and in which words."""

from __future__ import annotations

from dataclasses import dataclass

STREET = ("highway",)
OPEN_GROUND = ("park", "council_land", "highway")
HOUSING = ("council_housing",)
ANYWHERE = ("highway", "council_housing", "park", "council_land")


@dataclass(frozen=True)
class Find:
    """One kind of problem. `weight` is how often, against the others; `lands` where, likeliest first."""

    code: str
    weight: float
    lands: tuple[str, ...]
    notes: tuple[str, ...] = ()
    scene: str = ""
    waste: tuple[str, ...] = ()


FINDS: tuple[Find, ...] = (
    Find(
        "FT-GEN",
        15,
        ("council_housing", "highway", "council_land", "unknown", "park"),
        (
            "Sofa and two armchairs against the wall.",
            "Double mattress and a broken wardrobe.",
            "About ten black bags, some torn open by gulls.",
            "Fridge and a washing machine, doors still on.",
            "Rubble in sacks, roughly a van load.",
            "Carpet rolls and bags. Third time this month on this corner.",
            "Old kitchen units beside the recycling bank.",
        ),
        "sofa",
        ("other_household", "black_bags_household", "white_goods", "construction", "tyres"),
    ),
    Find(
        "FT-HAZ",
        1,
        ("highway", "council_land", "unknown"),
        (
            "Three drums with hazard labels, one leaking.",
            "Grey corrugated sheets, may be asbestos. Kept away.",
        ),
        "bags",
        ("chemical_oil_fuel", "asbestos"),
    ),
    Find(
        "FT-OBS",
        1,
        ("highway",),
        ("Dumped waste across the footway, prams go into the road.",),
        "bags",
        ("other_household", "construction"),
    ),
    Find(
        "FT-PRV",
        2,
        ("private", "housing_association"),
        (
            "Front garden full of bags, rats seen.",
            "Rubbish piled in the yard behind the shop.",
        ),
        "bags",
        ("black_bags_household", "black_bags_commercial"),
    ),
    Find(
        "LT-ACC",
        8,
        ANYWHERE,
        (
            "Cans and wrappers along the whole parade.",
            "Takeaway boxes round the benches.",
            "",
        ),
        "litter",
    ),
    Find("LT-BIN", 6, OPEN_GROUND, ("Overflowing since the weekend.", "Bin full, bags left beside it."), "bin"),
    Find(
        "LT-SHP",
        3,
        ("park", "highway", "council_housing", "unknown"),
        (
            "Two needles behind the bench.",
            "Needles and foil in the stairwell entrance.",
        ),
        "litter",
    ),
    Find("LT-GLS", 3, ("park", "highway"), ("Broken bottles on the path by the swings.",), "litter"),
    Find("LT-DOG", 4, ("park", "highway"), ("", "All along the school route."), ""),
    Find("LT-DET", 2, STREET, ("Leaves and silt along the kerb.",), ""),
    Find("BT-STO", 3, ("council_housing", "highway"), ("Bin store door off, bags thrown in loose.",), "bags"),
    Find(
        "GR-OFF",
        2,
        ("highway", "council_housing", "park"),
        (
            "Racist wording on the underpass wall, covered with a board for now.",
            "Abusive words about a resident.",
        ),
        "graffiti",
    ),
    Find(
        "GR-NON",
        7,
        ("highway", "council_housing", "council_land", "park"),
        (
            "Tags on the cabinet and the wall beside it.",
            "Large tag, silver and blue.",
            "",
        ),
        "graffiti",
    ),
    Find("FP-NON", 2, STREET, ("Club posters on every lamp column.",), ""),
    Find(
        "FN-BRE",
        5,
        ("council_housing", "park", "highway", "railway"),
        (
            "Two panels out, used as a short cut to the garages.",
            "Mesh cut at the bottom corner, children get through.",
        ),
        "fence",
    ),
    Find(
        "FN-DAM",
        5,
        ("council_housing", "council_land", "park"),
        (
            "Post rotten, panel leans over the path.",
            "Top rail missing.",
        ),
        "fence",
    ),
    Find("AG-LCK", 3, HOUSING, ("Alley gate lock broken, gate stands open.",), "fence"),
    Find("AG-DAM", 2, HOUSING, ("Gate hangs on one hinge.",), "fence"),
    Find(
        "GB-DOR",
        4,
        HOUSING,
        ("Garage 14: door kicked in.", "Door off its runners, rubbish inside."),
        "garage",
    ),
    Find("GB-DIS", 2, HOUSING, ("Row of six garages, four without doors.",), "garage"),
    Find(
        "CD-FRT",
        4,
        HOUSING,
        ("Front door does not close, lock bent.", "Glass in the communal door smashed."),
        "door",
    ),
    Find("CD-REA", 3, HOUSING, ("Rear door wedged open, closer missing.",), "door"),
    Find("CD-ENT", 3, HOUSING, ("Entry panel dead, tenants prop the door.",), "door"),
    Find("CH-STO", 2, HOUSING, ("Bikes and a mattress on the first landing.",), ""),
    Find("CH-LGT", 2, HOUSING, ("Two of three stair lights out.",), "lamp"),
    Find(
        "LI-OUT",
        6,
        ("highway", "council_housing"),
        ("Column 7 out, path very dark.", "Flickers, then goes out."),
        "lamp",
    ),
    Find("LI-DNG", 1, STREET, ("Cover off at the base, wires showing.",), "lamp"),
    Find(
        "HW-TRP",
        5,
        ("highway", "park"),
        ("Slab rocks, about 4 cm up.", "Hole in the footway by the crossing."),
        "pothole",
    ),
    Find("HW-FUR", 3, ("highway", "park"), ("Bench slats broken.", "Bollard knocked flat."), ""),
    Find(
        "DR-BLK",
        3,
        STREET,
        ("Gully full to the grate.", "Water stands across the road after rain."),
        "puddle",
    ),
    Find(
        "VG-PTH",
        5,
        ("highway", "park", "council_housing"),
        (
            "Bramble at head height over the path.",
            "Hedge takes half the footway.",
        ),
        "bush",
    ),
    Find(
        "VG-SIT",
        3,
        ("highway", "council_housing"),
        ("Shrubs over two metres beside the cut-through.",),
        "bush",
    ),
    Find("VG-LMP", 2, STREET, ("Branches round the lamp, no light below.",), "bush"),
    Find("VG-GRS", 2, ("park", "council_housing"), ("Knee high along the play area.",), ""),
    Find("PL-EQP", 2, ("park",), ("Swing seat cracked, taped off.",), ""),
    Find(
        "VE-ABN",
        4,
        ("highway", "council_housing", "council_land"),
        (
            "No wheels on one side, here for weeks.",
            "Windows smashed, leaves under it.",
        ),
        "car",
    ),
    Find("VE-BRN", 1, ("council_land", "highway"), ("Burnt out overnight.",), "car"),
    Find("SG-DWN", 2, STREET, ("Street name plate on the ground.",), ""),
    Find("DP-INS", 2, ("private",), ("Empty shop, board off the back window.",), "door"),
    Find(
        "OT-OTH",
        6,
        ("unknown", "private", "railway"),
        ("Not sure whose strip this is.", "Between the yard and the lane, nobody claims it."),
        "",
    ),
)

# After the work: what crews write when they close, pause and hand back.
CLOSING = (
    "Cleared and swept.",
    "Done.",
    "All removed, two bags sharps-free.",
    "Made good, checked with tenant.",
    "Replaced.",
    "Cleaned off.",
    "Cut back.",
    "Repaired on site.",
    "",
    "",
)
RETURNING = {
    "not_ours": ("Behind the boundary wall, belongs to the shop.", "Private drive."),
    "no_access": ("Gate locked, no key held.",),
    "needs_plant": ("Needs the grab lorry.",),
    "hazardous": ("Looks like asbestos, needs a licensed team.",),
    "not_found": ("Drove the whole street twice, nothing there.",),
}
PAUSING = {
    "no_access": "Tenant out, card left.",
    "awaiting_parts": "Lock ordered.",
    "awaiting_owner": "Waiting for the landlord's word.",
    "unsafe": "Live cable, waiting for the power company.",
    "weather": "Wind too high for the platform.",
}
DISPUTING = (
    "Half of it is still there.",
    "Same panel is loose again.",
    "Only painted over, words still show.",
)
VERIFYING = ("", "", "Looks good.", "Checked on patrol, all clear.")
