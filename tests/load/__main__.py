"""``python -m tests.load [PART]``: one line a figure; exit 1 only where something could not be measured."""

from __future__ import annotations

import sys
import traceback

from tests.load import parts
from tests.load.figures import Figure


def main(arguments: list[str]) -> int:
    chosen = arguments or list(parts.PARTS)
    unknown = [part for part in chosen if part not in parts.PARTS]
    if unknown:
        print(f"There is no part {unknown[0]!r}; there are: {', '.join(parts.PARTS)}.", file=sys.stderr)
        return 2
    failed = False
    with parts.Bench() as bench:
        for part in chosen:
            try:
                figures: list[Figure] = parts.PARTS[part](bench)
            except Exception:
                traceback.print_exc()
                print(f"{part} could not be measured", flush=True)
                failed = True
                continue
            for figure in figures:
                print(figure.line(), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
