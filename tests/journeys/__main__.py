"""``python -m tests.journeys PART``: run one story; exit 1 when anything is missing."""

from __future__ import annotations

import importlib
import os
import sys

from tests.journeys.stack import the_stack
from tests.journeys.steps import Missing, Steps

PARTS = ["main", "sla", "eva"]


def main(arguments: list[str]) -> int:
    part = arguments[0] if arguments else "main"
    if part not in PARTS:
        print(f"There is no part {part!r}; there are: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    with the_stack() as (address, env):
        os.environ.update(env)
        os.environ["DJANGO_SETTINGS_MODULE"] = "backend.settings"
        # The story looks into the database from within Playwright's event loop.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        import django

        django.setup()
        # After the set-up: stories look into the database.
        story = importlib.import_module(f"tests.journeys.{part}")
        steps = Steps(part)
        try:
            story.run(address, steps)
        except Missing as missing:
            steps.fail(str(missing))
            return 1
        except Exception as error:
            steps.fail(f"{type(error).__name__}: {error}")
            return 1
        steps.end()
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
