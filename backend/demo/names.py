"""The invented names of Aldermere. None of them is a real place or person."""

from __future__ import annotations

import random
from collections.abc import Iterator

BOROUGH = "Aldermere"

# Ward name, the seed point of its Voronoi cell in metres east and north of
# the borough's centre, and the character its blocks are drawn with.
WARDS: tuple[tuple[str, float, float, str], ...] = (
    ("Market", 20, -30, "centre"),
    ("Ropewalk", -430, -390, "terraces"),
    ("Priory", 130, 470, "terraces"),
    ("Kiln End", 560, -20, "estate"),
    ("Merefield", -560, 210, "suburb"),
    ("Harbour", 330, -560, "works"),
    ("Northgate", -230, 800, "estate"),
    ("Saltings", -1020, -180, "estate"),
    ("Lanthorn", 900, 480, "suburb"),
    ("Eastfen", 1000, -420, "suburb"),
)

# Name, a point inside it, the largest area in square metres, who owns it.
ESTATES: tuple[tuple[str, float, float, float, str], ...] = (
    ("Kiln Estate", 560, -30, 150_000, "council_housing"),
    ("Northgate Towers", -260, 760, 110_000, "council_housing"),
    ("Saltings Estate", -960, -130, 150_000, "council_housing"),
    ("Lanthorn Court", 860, 430, 90_000, "housing_association"),
    ("Tallow Yard", -470, -420, 60_000, "council_housing"),
)

# Name, a point inside it, the largest area in square metres.
PARKS: tuple[tuple[str, float, float, float], ...] = (
    ("Mere Park", -640, 260, 160_000),
    ("Priory Gardens", 180, 500, 45_000),
    ("Eastfen Recreation Ground", 1020, -400, 90_000),
    ("Strand Green", 330, -700, 30_000),
    ("Heron Field", -1080, -380, 50_000),
    ("Beacon Hill", -60, 890, 60_000),
)

MAIN_ROADS = (
    "Mere Road",
    "Harbour Road",
    "Priory Road",
    "Kiln Road",
    "Northgate",
    "Saltings Way",
    "Lanthorn Road",
    "Eastfen Road",
    "Market Street",
    "Ropewalk",
    "Causeway",
    "Beacon Road",
    "Lighthouse Road",
    "Strand Road",
    "Castle Bank",
    "Ferry Road",
    "Windmill Road",
    "Quay Road",
    "Abbey Road",
    "Gallows Hill",
    "Fen Bank",
    "Moor Road",
    "Station Road",
    "Long Bank",
    "Sluice Road",
    "Tower Road",
)

_STEMS = (  # noqa: SIM905
    "Alder Anchor Avocet Barley Barnacle Beech Bittern Blacksmith Bobbin Bramble Brewer "
    "Brent Brine Buckthorn Burdock Capstan Carder Chandler Clover Cockle Cooper Cordwainer "
    "Coral Cornmill Creel Cress Curlew Cutler Damson Dipper Drover Dunlin Eelpie Elder "
    "Fettler Fiddler Flax Fuller Gannet Garnet Glebe Godwit Gorse Greyling Guillemot "
    "Hawthorn Hazel Heather Herring Hopyard Kelp Kestrel Kingcup Lacemaker Lantern Lapwing "
    "Larch Lavender Linnet Lobster Mallow Marram Marsh Medlar Merlin Mill Minnow Mulberry "
    "Mussel Netmaker Nettle Oak Oarsman Orchard Osier Osprey Otter Oyster Paddock Pear "
    "Petrel Pilot Plover Poplar Purslane Quince Raker Reed Rigger Rowan Rudder Rush "
    "Sailmaker Salter Samphire Sandpiper Saxifrage Sedge Shearwater Shuttle Sickle Skipper "
    "Sorrel Spindle Spinner Starling Tanner Teal Teasel Tern Thatcher Thistle Thrift Tiller "
    "Turnstone Vetch Wagtail Weaver Weir Wheelwright Wherry Whinchat Wicker Willow Woad Yarrow"
).split()

_SUFFIXES = {
    "secondary": ("Road", "Street", "Avenue"),
    "residential": ("Street", "Close", "Lane", "Drive", "Crescent", "Terrace", "Row", "Way"),
}


def street_names(rng: random.Random) -> dict[str, Iterator[str]]:
    """Endless unique names by road class; the order depends only on `rng`."""
    stems = list(_STEMS)
    rng.shuffle(stems)
    used: set[str] = set()

    def draw(road_class: str) -> Iterator[str]:
        suffixes = _SUFFIXES[road_class]
        round_number = 0
        while True:
            for index, stem in enumerate(stems):
                name = f"{stem} {suffixes[(index + round_number) % len(suffixes)]}"
                if name not in used and not any(
                    f"{stem} {other}" in used for other in ("Road", "Street") if round_number == 0
                ):
                    used.add(name)
                    yield name
            round_number += 1

    return {road_class: draw(road_class) for road_class in _SUFFIXES}
