"""The lessons as notebooks: the same as the pages, and they run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docs.course import notebooks

LESSONS = notebooks.lessons()


def test_each_lesson_has_its_notebook_and_no_other_is_there() -> None:
    assert len(LESSONS) == 10
    assert sorted(notebooks.FOLDER.glob("*")) == [notebooks.path_of(lesson) for lesson in LESSONS]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_notebook_is_its_page(lesson: Path) -> None:
    written = notebooks.path_of(lesson).read_text(encoding="utf-8")
    assert written == notebooks.notebook(lesson.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_notebook_runs_from_top_to_bottom(
    lesson: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written = json.loads(notebooks.path_of(lesson).read_text(encoding="utf-8"))
    for printed, said in notebooks.run(written):
        assert printed == said or printed.startswith("One agent\n")


def test_a_page_becomes_text_scenario_command_and_code_with_its_output() -> None:
    page = (
        "# 1. One\n\n```yaml\n# one.yaml\nsimcare: 1\n```\n\n"
        "```console\n$ simcare run one.yaml | head -n 2\nOne\n```\n\n"
        "See [two](02-two.md), [traps](../explanation/traps.md#arrivals).\n\n"
        "```python\nprint(1)\n```\n\n```text\n1\n```\n\n"
        "<details><summary>Solution</summary>\n\nIt is so.\n\n</details>\n"
    )
    cells = json.loads(notebooks.notebook(page))["cells"]
    assert ["".join(cell["source"]) for cell in cells] == [
        "# 1. One",
        "from pathlib import Path\n\n"
        '_ = Path("one.yaml").write_text("""# one.yaml\nsimcare: 1\n""", "utf-8")',
        "import shlex\n\nfrom simcare.cli.main import code_of\n\n_ = code_of(shlex.split('run one.yaml'))",
        "See [two](02-two.ipynb), [traps](../../docs/explanation/traps.md#arrivals).",
        "print(1)",
        "### Solution\n\nIt is so.",
    ]
    assert cells[4]["outputs"][0]["text"] == ["1\n"]
