"""The README and the docs show what the code does today, and link to what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs import shown
from docs.reference import generate

PAGES = [str(page.relative_to(shown.ROOT)) for page in shown.pages()]
LINK = re.compile(r"\]\((?!https?://)([^)#]+)")


@pytest.mark.parametrize("page", PAGES)
def test_each_page_shows_what_its_code_prints(page: str) -> None:
    text = (shown.ROOT / page).read_text(encoding="utf-8")
    assert shown.shown(text) == text


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(page: str) -> None:
    path = shown.ROOT / page
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("name", sorted(generate.PAGES))
def test_reference_pages_say_what_the_code_says(name: str) -> None:
    path = Path(generate.__file__).parent / name
    assert path.read_text(encoding="utf-8") == generate.PAGES[name]()


def test_code_on_a_page_that_prints_something_else_is_noticed() -> None:
    page = "```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n"
    assert shown.shown(page) == page.replace("3", "2")


def test_code_on_a_page_that_prints_without_a_place_is_noticed() -> None:
    with pytest.raises(ValueError, match="no text block follows"):
        shown.shown("```python\nprint(1)\n```\n")
