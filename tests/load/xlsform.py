"""How long a large XLSForm takes to become a checklist: a form of 500 questions with logic, in a fresh process."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook

from deploy.state import CHECKOUT
from tests.load.figures import Figure

if TYPE_CHECKING:
    from tests.load.parts import Bench

QUESTIONS = 500
LISTS, CHOICES = 20, 12
# In a process that has not read a form before: what it loads for that is part of the wait.
_READ = """
import sys, time
began = time.perf_counter()
from checklists.xlsform_in import read_xlsform
loaded = time.perf_counter()
found = read_xlsform(open(sys.argv[1], "rb").read())
assert found.content is not None, found.faults
asked = sum(len(section["questions"]) for section in found.content["sections"])
print(asked, loaded - began, time.perf_counter() - loaded)
"""


def xlsform(bench: Bench) -> list[Figure]:
    """Seconds to load the reader and to read the form, the median of three processes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "large.xlsx"
        file.write_bytes(_form())
        taken = sorted(_once(file) for _ in range(3))
    return [Figure(f"XLSForm of {QUESTIONS} questions read", taken[1], "s", 3.0)]


def _once(file: Path) -> float:
    began = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "-c", _READ, str(file)], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout.split()
    if int(told[0]) != QUESTIONS:
        raise RuntimeError(f"{told[0]} questions came of {QUESTIONS} after {time.perf_counter() - began:.1f} s")
    return float(told[1]) + float(told[2])


def _form() -> bytes:
    book = Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message"])
    per_section = QUESTIONS // 10
    for section in range(10):
        survey.append(["begin_group", f"section_{section}", f"Section {section}"])
        for number in range(section * per_section, (section + 1) * per_section):
            before = f"${{q{number - 1}}}" if number else ""
            if number % 2:
                kind, words, relevant = "integer", "How many", f"selected({before}, 'c3') or {before} = 'c4'"
                survey.append(
                    [kind, f"q{number}", f"{words} {number}?", "Count them", "yes", relevant, ". >= 0 and . < 90"]
                )
            else:
                relevant = f"{before} > 3 and not({before} = 9)" if number else None
                survey.append(
                    [f"select_one list{number % LISTS}", f"q{number}", f"Which {number}?", None, None, relevant]
                )
        survey.append(["end_group"])
    choices = book.create_sheet("choices")
    choices.append(["list_name", "name", "label"])
    for each in range(LISTS):
        for choice in range(CHOICES):
            choices.append([f"list{each}", f"c{choice}", f"Choice {choice}"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
