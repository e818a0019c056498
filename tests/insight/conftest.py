"""The borough that each story of insight is counted in."""

import pytest

from tests.insight.borough import Borough


@pytest.fixture
def borough(db: None) -> Borough:
    return Borough()
