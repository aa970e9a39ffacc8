"""Runs the code in a page of Markdown and puts what it prints into the page: nothing shown is typed by hand.

    python docs/shown.py                  # every page
    python docs/shown.py README.md        # this one

Blocks, by the word after the opening fence:

`python`   runs; blocks of a page share their names. A `text` block that follows is what it printed.
`console`  `$ simcare …` runs and is followed by what it printed; `2>&1` at its end shows messages too,
           `| head -n 20` a part, `| sed '/WORD/,$d'` all before and `| sed -n '/WORD/,$p'` all from the
           first line with a word, `| sed -n '/WORD/,/^$/p'` from each line with a word to the next empty one.
`yaml`     a whole scenario, which must be valid. If its first line is a comment with a file name, later
           blocks of the page find it under that name; one called `broken…` must be refused.

Code runs in an empty folder that has the project's `scenarios` and `examples` in it. Commands whose output
the expected outputs of the scenarios hold are looked up there instead of run again.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scenarios import freeze  # noqa: E402  (the folder becomes importable above, for runs as a script)
from simcare.errors import ScenarioError  # noqa: E402
from simcare.scenario.load import load  # noqa: E402

BLOCK = re.compile(r"^```(?P<kind>[^`\n]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """The pages whose code runs: the README and everything under docs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def shown(text: str) -> str:
    """The page as it should be: the same text, with the output that its code prints today.

    Raises whatever a block of the page raises, and ValueError for output without a place.
    """
    parts: list[str] = []
    end = 0
    printed: str | None = None
    names: dict[str, Any] = {"__name__": "__main__"}
    with page_folder():
        for block in BLOCK.finditer(text):
            between, kind, code = text[end : block.start()], block["kind"], block["code"]
            if printed and not (kind == "text" and not between.strip()):
                raise ValueError(f"a python block printed, and no text block follows to show it:\n{printed}")
            if kind == "text" and printed is not None and not between.strip():
                code, printed = printed, None
            elif kind == "python":
                printed = run_python(code, names)
            elif kind == "console":
                code, printed = run_console(code), None
            elif kind == "yaml":
                check_scenario(code)
                printed = None
            else:
                printed = None
            parts += [between, f"```{kind}\n{code}```"]
            end = block.end()
    if printed:
        raise ValueError(f"a python block printed, and no text block follows to show it:\n{printed}")
    return "".join(parts) + text[end:]


@contextlib.contextmanager
def page_folder() -> Iterator[None]:
    """An empty working folder with the scenarios and examples in it."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("scenarios", "examples"):
            (Path(folder) / name).symlink_to(ROOT / name)
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def run_python(code: str, names: dict[str, Any]) -> str:
    """What a block of Python prints; it finds and leaves its names in `names`."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "<page>", "exec"), names)
    return out.getvalue()


def run_console(code: str) -> str:
    """A block of commands, each followed by what it prints today."""
    parts = []
    for line in code.splitlines():
        if line.startswith("$ "):  # the others are what was printed when the page was last written
            command, _, part = line.removeprefix("$ ").partition(" | ")
            parts.append(f"{line}\n{part_of(output_of(command), part)}")
    return "".join(parts)


def output_of(command: str) -> str:
    """What a command prints, from the expected outputs of the scenarios where they hold it."""
    for name in freeze.transcripts():
        if freeze.command_of(name) == command and freeze.expected_path(name).exists():
            return freeze.expected_path(name).read_text(encoding="utf-8").split("\n", 1)[1]
    return freeze.output_of(command, Path.cwd())


def part_of(output: str, part: str) -> str:
    """The lines that one of four filters would leave; all without any."""
    lines = output.splitlines(keepends=True)
    if not part:
        return output
    if head := re.fullmatch(r"head -n (\d+)", part):
        return "".join(lines[: int(head[1])])
    if sed := re.fullmatch(r"sed '/([\w ]+)/,\$d'|sed -n '/([\w ]+)/,\$p'", part):
        found = next(i for i, line in enumerate(lines) if (sed[1] or sed[2]) in line)
        return "".join(lines[:found] if sed[1] else lines[found:])
    if sed := re.fullmatch(r"sed -n '/([^/]+)/,/([^/]+)/p'", part):
        if shown_lines := "".join(stretches(lines, sed[1], sed[2])):
            return shown_lines
        raise ValueError(f"no line has what {part} begins with")
    raise ValueError(f"no filter that this page can play: {part}")


def stretches(lines: Iterable[str], first: str, last: str) -> Iterator[str]:
    """Every stretch of lines from one in which `first` is found to the next in which `last` is."""
    inside = False
    for line in lines:
        if not inside:
            inside = re.search(first, line) is not None
            if inside:
                yield line
        else:
            yield line
            inside = re.search(last, line.rstrip("\n")) is None


def check_scenario(code: str) -> None:
    """Load a block of YAML, and leave it under its name if it has one."""
    first = code.splitlines()[0]
    name = first.removeprefix("#").strip() if first.startswith("#") else "scenario.yaml"
    Path(name).write_text(code, encoding="utf-8")
    try:
        load(name)
    except ScenarioError:
        if not name.startswith("broken"):
            raise
    else:
        if name.startswith("broken"):
            raise ValueError(f"{name} is said to be broken, and is not")


if __name__ == "__main__":
    for page in [Path(argument).resolve() for argument in sys.argv[1:]] or pages():
        page.write_text(shown(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(page.relative_to(ROOT))
