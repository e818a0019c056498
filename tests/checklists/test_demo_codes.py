"""The demo borough speaks of categories and codes that the library has."""

from backend.demo.history import FINDS
from checklists.library import read_library


def test_the_demo_finds_only_what_the_library_knows() -> None:
    categories = {category.code: category for category in read_library().categories}
    for find in FINDS:
        assert find.code in categories, find.code
        assert set(find.waste) <= set(categories[find.code].waste_types), find.code
