"""Run by `make run` inside the virtual environment: database, demo borough, sign-ins.

One process for the three commands, because loading the project takes longer than most
of them. Prints what the commands print; the sign-ins go to the file named as argument.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import django  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402


def main(sign_ins: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    areas = os.environ.get("AREAS")
    call_command("make_demo_borough", *(["--areas", areas] if areas else []))
    words = io.StringIO()
    call_command("demo_sign_ins", stdout=words)
    sign_ins.write_text(words.getvalue())


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except CommandError as problem:
        sys.exit(f"sightline: {problem}")
