"""The site is built without a warning, and every link in it leads somewhere."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from docutils import nodes

import simcare
from docs import drawing, extension, gallery, shown
from scenarios import freeze


class Page(HTMLParser):
    """What a page of HTML links to and loads, and the places that can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.places: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for key, value in attrs:
            if key in ("href", "src") and value:
                self.links.append(value)
                if key == "src" or tag == "link":
                    self.loads.append(value)
            if key == "id" and value:
                self.places.append(value)


@pytest.mark.slow
def test_the_site_is_built_without_warnings_and_whole(tmp_path: Path) -> None:
    options = ["-W", "-n", "--keep-going", "-q", "-d", str(tmp_path / "doctrees")]
    command = [sys.executable, "-m", "sphinx", *options, "docs", str(tmp_path / "html")]
    done = subprocess.run(command, cwd=shown.ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in (tmp_path / "html").rglob("*.html")}
    assert {"index.html", "gallery.html", "commands.html"} <= {path.name for path in pages}
    for path, page in pages.items():
        assert [link for link in page.links if not leads_somewhere(link, path, pages)] == [], path.name
        assert sorted(set(page.places)) == sorted(page.places), f"{path.name} has two places of one name"
        assert page.loads
        assert [load for load in page.loads if urlsplit(load).netloc] == [], (
            f"{path.name} needs other servers"
        )


def leads_somewhere(link: str, path: Path, pages: Mapping[Path, Page]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or link == "#":  # other sites; the theme's own script
        return True
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    place = unquote(parts.fragment)
    return target.exists() and (not place or target not in pages or place in pages[target].places)


def test_every_scenario_is_in_the_gallery() -> None:
    scenes = [scene for kind in gallery.KINDS for scene in gallery.scenes(kind)]
    assert sorted(scene.name for scene in scenes) == freeze.names()
    for scene in scenes:
        assert scene.lesson[0].isupper() or scene.lesson[0] == '"', scene.lesson
        assert scene.lesson[-1] in ".?!", scene.lesson


def test_a_picture_is_the_same_again_and_takes_the_pages_ink() -> None:
    def one() -> str:
        drawn, (axes,) = drawing.figure("Up", 2)
        axes.plot([0, 1], [0, 1], color=drawing.COLOURS[0])
        return drawing.svg(drawn, "up", 'says "up"')

    svg = one()
    assert svg == one()
    assert drawing.INK not in svg
    assert "currentColor" in svg
    assert drawing.COLOURS[0] not in svg
    style = (shown.ROOT / "docs/_static/simcare.css").read_text(encoding="utf-8")
    for number, colour in enumerate(drawing.COLOURS):
        assert f"--line-{number}: {colour};" in style
    assert 'role="img" aria-label="says &quot;up&quot;"' in svg


def test_links_out_of_the_docs_lead_to_what_the_site_has() -> None:
    source = [
        "[a](../../scenarios/mm1.yaml), [b](../../tests/validation), "
        "[c](../../simcare/scenario/scenario.schema.json), [d](../reference/measures.md#estimators)"
    ]
    extension.lead_to_the_site(None, "how-to/page", source)
    assert source == [
        "[a](../gallery.md#mm1), b, "
        "[c](../../simcare/scenario/scenario.schema.json), [d](../reference/measures.md#estimators)"
    ]


def test_what_stands_below_the_parameters_is_not_taken_for_one() -> None:
    section = ["Parameters", "----------", "a", "    a number.", "", "    And more of it."]
    lines = ["Do it.", "", *section, "", "Raises nothing", "at all.", ""]
    extension.prose_first(None, "function", "do", None, None, lines)
    assert lines == ["Do it.", "", "Raises nothing", "at all.", "", *section, ""]


def test_the_page_on_python_has_every_public_name() -> None:
    page = (shown.ROOT / "docs/reference/python.md").read_text(encoding="utf-8")
    errors = vars(simcare.errors)  # all of that module is on the page
    missing = [name for name in simcare.__all__ if f"simcare.{name}" not in page and name not in errors]
    assert missing == ["__version__"]


def test_a_text_that_opens_keeps_its_characters() -> None:
    opened, block, _ = extension.folded("a < b", "x & y", "text")
    assert opened.astext() == "<details><summary>a &lt; b</summary>"
    assert isinstance(block, nodes.literal_block)
    assert block.astext() == "x & y"
