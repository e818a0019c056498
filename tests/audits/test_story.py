"""A story's words."""

from audits import story
from audits.revisit_rules import Outcome
from jobs.rules import PAUSE_REASONS, RETURN_REASONS


def test_every_reason_that_is_written_down_has_words_and_no_other() -> None:
    assert set(story._REASONS) == {
        *PAUSE_REASONS,
        *RETURN_REASONS,
        "no_route",
        "no_job",
        "reopened_late",
        Outcome.REMOVED,
    }
