"""What can be said of a page without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from simcare.errors import UsageError
from simcare.experiment.result import Result
from simcare.experiment.run import run
from simcare.report.page.page import page
from simcare.report.page.palette import COLOURS, STRONG_CELLS
from simcare.report.page.summary import finding
from simcare.report.view import view_of
from simcare.scenario.load import loads
from tests.report.page.pages import LONG, Element, five_plans, one_plan, read

SCENARIO = loads(
    """
simcare: 1
title: Two plans
clock: {days: 1}
contacts: {question: {needs: [care], arrivals: {per_hour: 2}, handling: {constant: 6 min}}}
teams: {desk: {skills: {care: 100%}}}
plans: {one: {headcount: {desk: 1}}, two: {headcount: {desk: 2}}}
service_levels: [{contacts: question, first_reply_within: 1 h, target: 90%}]
""",
    name="asked.yaml",
)
RESULTS = pytest.mark.parametrize("result", [five_plans, one_plan], ids=lambda made: made.__name__)
Made = Callable[[], Result]


@pytest.fixture(scope="module")
def pages() -> dict[Made, str]:
    return {made: page(made(), source="simcare: 1\n# <script>") for made in (five_plans, one_plan)}


@RESULTS
def test_it_needs_nothing_but_itself_and_is_small(result: Made, pages: dict[Made, str]) -> None:
    html = pages[result]
    assert len(html.encode()) < 1_000_000
    assert re.findall(r"https?:|//[a-z]|@import|<script|\son[a-z]+=|<img|<iframe", html) == []
    root = read(html)
    for element in (one for tag in ("a", "link", "use") for one in root.all(tag)):
        assert element.attributes["href"].startswith(("#", "data:,"))


@RESULTS
def test_names_are_there_once_and_references_lead_to_them(result: Made, pages: dict[Made, str]) -> None:
    html = pages[result]
    names = re.findall(r'\sid="([^"]+)"', html)
    assert len(names) == len(set(names))
    referred = re.findall(r'(?:href="#|url\(#|aria-labelledby="|aria-describedby=")([^")]+)', html)
    assert referred and set(referred) <= set(names)


@RESULTS
def test_headings_go_down_step_by_step(result: Made, pages: dict[Made, str]) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", pages[result])]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@RESULTS
def test_each_figure_has_a_title_a_description_and_its_table(result: Made, pages: dict[Made, str]) -> None:
    root = read(pages[result])
    figures = root.all("figure")
    assert len(figures) >= 3
    for figure in figures:
        (title,), (svg,), (table,) = figure.all("h3"), figure.all("svg"), figure.all("table")
        assert svg.attributes["role"] == "img"
        assert title.attributes["id"] == svg.attributes["aria-labelledby"]
        assert len(title.text) > 10
        described = [
            p for p in figure.all("p") if p.attributes.get("id") == svg.attributes["aria-describedby"]
        ]
        assert len(described) == 1 and len(described[0].text) > 40
        assert len(table.all("tr")) > 1
        assert figure.all("summary")[0].text.startswith("The same as a table")


def parts(root: Element) -> set[str]:
    return {child.tag for child in root.all("body")[0].children}


@RESULTS
def test_landmarks_and_tables_say_what_they_are(result: Made, pages: dict[Made, str]) -> None:
    root = read(pages[result])
    assert parts(root) == {"a", "header", "main", "footer"}
    assert root.all("html")[0].attributes["lang"] == "en"
    for table in root.all("table"):
        columns = len(table.all("thead")[0].all("th"))
        assert all(one.attributes["scope"] in ("col", "row", "rowgroup") for one in table.all("th"))
        for row in table.all("tbody")[0].all("tr"):
            wide = sum(int(cell.attributes.get("colspan", 1)) for cell in row.children)
            assert wide == columns
    for region in (one for one in root.all("div") if one.attributes.get("role") == "region"):
        assert region.attributes["tabindex"] == "0" and region.attributes["aria-label"]


@RESULTS
def test_figures_take_every_colour_from_the_page(result: Made, pages: dict[Made, str]) -> None:
    body = pages[result].partition("</style>")[2]
    assert re.findall(r"(?:fill|stroke|color): ?(?:#|rgb)[^;\"]*", body) == []
    assert set(re.findall(r"var\(--([a-z0-9-]+)\)", pages[result])) <= set(COLOURS)


@RESULTS
def test_the_style_sheet_arrives_as_it_was_written(result: Made, pages: dict[Made, str]) -> None:
    style = pages[result].split("<style>")[1].split("</style>")[0]
    assert "&#" not in style and '"Segoe UI"' in style


def test_it_is_the_same_to_the_last_byte_when_made_again(pages: dict[Made, str]) -> None:
    assert page(one_plan(), source="simcare: 1\n# <script>") == pages[one_plan]


def test_names_stay_text(pages: dict[Made, str]) -> None:
    html = pages[five_plans]
    assert "<b>" not in html and "# &lt;script&gt;" in html
    assert read(html).all("h1")[0].text == f'Five plans <b>&amp; "quotes", $x$ and a {LONG}'


def test_the_first_screen_has_the_finding_and_a_card_for_each_plan(pages: dict[Made, str]) -> None:
    root = read(pages[five_plans])
    told = [one.text for one in root.all("p") if one.attributes.get("class") == "finding"]
    assert told == [finding(view_of(five_plans()))]
    cards = root.all("article")
    assert [card.all("h3")[0].text for card in cards] == list(five_plans().header["plans"])
    for card in cards:
        assert "staffed hours a day" in card.text and "target 80%" in card.text


def light_of(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((light_of(one), light_of(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("which", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(which: str) -> None:
    found = {name: getattr(colour, which) for name, colour in COLOURS.items()}
    words = (
        "ink",
        "muted",
        "link",
        "good",
        "bad",
        "open",
        *(name for name in found if name.startswith("plan-")),
    )
    for word in words:
        assert contrast(found[word], found["paper"]) >= 4.5, word
    assert contrast(found["ink"], found["panel"]) >= 4.5
    assert contrast(found["muted"], found["band"]) >= 4.5
    for cell in (name for name in found if name.startswith("cell-")):
        on = "on-strong-cell" if cell in STRONG_CELLS else "on-cell"
        assert contrast(found[cell], found[on]) >= 4.5, cell


def test_the_same_light_colour_never_stands_for_two_things() -> None:
    assert len({colour.light for colour in COLOURS.values()}) == len(COLOURS)


def test_a_page_from_python_tells_the_plans_and_does_not_claim_the_same_bytes() -> None:
    result = run(SCENARIO, plans=["two"], replications=2, seed=5)
    html = page(result)
    assert "simcare report asked.yaml --plan=two --replications=2 --seed=5" in html
    assert "byte for byte" not in html
    assert "byte for byte" in page(result, command="simcare report asked.yaml")


def test_what_is_no_result_is_told() -> None:
    with pytest.raises(UsageError, match="expected a Result, got str: use simcare"):
        page("asked.yaml")  # type: ignore[arg-type]
