"""Writes each lesson of the course as a Jupyter notebook: the page is the only source.

    python docs/course/notebooks.py

Text becomes text, Python becomes cells with what they print, a scenario a cell that writes its file, and a
command of the terminal a cell that runs it. Pictures and what a command prints are left to the site.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from docs.shown import BLOCK  # noqa: E402  (found from the folder above, for runs as a script)

FOLDER = ROOT / "examples" / "course"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

COMMAND = "import shlex\n\nfrom simcare.cli.main import code_of\n"
"""What a cell needs that runs a command of the terminal."""

Cell = dict[str, Any]


def lessons() -> list[Path]:
    """The pages of the lessons."""
    return sorted(HERE.glob("[01]*.md"))


def path_of(lesson: Path) -> Path:
    """Where its notebook is kept."""
    return FOLDER / f"{lesson.stem}.ipynb"


def notebook(page: str) -> str:
    """The notebook of a page, in Jupyter's format 4.5."""
    cells: list[Cell] = []
    for cell in _cells(page):
        if cell["cell_type"] == "output":
            cells[-1]["outputs"] = [{"name": "stdout", "output_type": "stream", "text": cell["source"]}]
        else:
            cells.append({"id": f"cell-{len(cells) + 1}", **cell})
    whole = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _cells(page: str) -> Iterator[Cell]:
    end = 0
    for block in BLOCK.finditer(page):
        yield from _text(page[end : block.start()])
        kind, code = block["kind"], block["code"]
        if kind == "python":
            yield _code(code)
        elif kind == "text":
            yield {"cell_type": "output", "source": code.splitlines(keepends=True)}
        elif kind == "yaml":
            name = code.splitlines()[0].removeprefix("#").strip()
            yield _code(f'from pathlib import Path\n\n_ = Path("{name}").write_text("""{code}""", "utf-8")')
        elif kind == "console":
            (command,) = re.findall(r"^\$ simcare (.*?)(?: \|.*)?$", code, re.MULTILINE)
            yield _code(f"{COMMAND}\n_ = code_of(shlex.split({command!r}))")
        end = block.end()
    yield from _text(page[end:])


def _text(text: str) -> Iterator[Cell]:
    """A cell of text, if there is any; links lead to the notebooks of other lessons, and to other pages."""
    text = text.replace("<details><summary>Solution</summary>", "### Solution").replace("</details>", "")
    text = re.sub(r"\]\((\d\d-[\w-]+)\.md", r"](\1.ipynb", text)
    text = re.sub(r"\]\(\.\./([\w/-]+\.md)", r"](../../docs/\1", text).strip()
    if text:
        yield {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(code: str) -> Cell:
    lines = code.rstrip("\n").splitlines(keepends=True)
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": lines}


def run(written: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What each cell of code prints, in order, and what the notebook says that it prints."""
    from docs.shown import run_python

    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in written["cells"]:
        if cell["cell_type"] == "code":
            said = "".join(line for output in cell["outputs"] for line in output["text"])
            yield run_python("".join(cell["source"]), names), said


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for lesson in lessons():
        path_of(lesson).write_text(notebook(lesson.read_text(encoding="utf-8")), "utf-8", newline="\n")
        print(path_of(lesson).relative_to(ROOT))
