"""The README and the docs show what the code does today, and link to what is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from docs import shown
from docs.reference import generate
from scenarios import freeze
from simcare.scenario.field_docs import yaml_value
from simcare.scenario.json_schema import json_schema
from simcare.scenario.scenario import ScenarioForm
from simcare.scenario.translate import forms_below

PAGES = [str(page.relative_to(shown.ROOT)) for page in shown.pages()]
SLOW = {  # these simulate for many seconds, or start a cluster
    "docs/course/01-one-agent.md",
    "docs/course/03-impatience.md",
    "docs/course/05-priorities.md",
    "docs/course/06-skills.md",
    "docs/course/08-how-sure.md",
    "docs/course/09-newest-first.md",
    "docs/course/10-exposure.md",
    "docs/explanation/traps.md",
    "docs/explanation/why-intervals.md",
    "docs/how-to/follow-single-customers.md",
    "docs/how-to/nights-and-weekends.md",
    "docs/how-to/surge-days.md",
    "docs/how-to/two-languages.md",
    "docs/how-to/use-a-cluster.md",
    "docs/tutorial/first-decision.md",
}
LINK = re.compile(r"\]\((?!https?://)([^)#]*)(?:#([^)]+))?\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=[pytest.mark.slow] if page in SLOW else []) for page in PAGES]
)
def test_each_page_shows_what_its_code_prints(page: str) -> None:
    text = (shown.ROOT / page).read_text(encoding="utf-8")
    assert shown.shown(text) == text


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_the_first_pages_tell_a_gain_that_the_expected_output_has(page: str) -> None:
    text = (shown.ROOT / page).read_text(encoding="utf-8").replace("\n", " ")
    told = re.search(r"leave (\d+)% fewer such views than today \(([\d,]+) a day instead of ([\d,]+\d)", text)
    assert told is not None
    printed = freeze.expected_path("evening-surge").read_text(encoding="utf-8")
    line = next(line for line in printed.splitlines() if "unanswered impressions, a day" in line)
    today, _, audience_first = re.findall(r"([\d,]+) ±", line)
    assert [told[2], told[3]] == [audience_first, today]
    less, more = (int(one.replace(",", "")) for one in (audience_first, today))
    assert int(told[1]) == round(100 * (1 - less / more))


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(page: str) -> None:
    path = shown.ROOT / page
    for target, place in LINK.findall(path.read_text(encoding="utf-8")):
        found = (path.parent / target) if target else path
        assert found.exists(), target
        assert not place or place in places(found), f"{target}#{place}"


def places(page: Path) -> set[str]:
    """The places of a page that can be linked to, named after its headings as GitHub names them."""
    headings = HEADING.findall(shown.BLOCK.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", sorted(generate.PAGES))
def test_reference_pages_say_what_the_code_says(name: str) -> None:
    path = Path(generate.__file__).parent / name
    assert path.read_text(encoding="utf-8") == generate.PAGES[name]()


def check(example: str, written: dict[str, Any], schema: dict[str, Any]) -> None:
    validator = Draft7Validator({**written, "definitions": schema["definitions"]})
    assert [error.message for error in validator.iter_errors(yaml_value(example))] == [], example


def test_every_key_of_the_language_has_an_example_that_fits() -> None:
    schema = json_schema()
    for _, place in generate.SECTIONS:
        form = generate.form_at(place)
        noun = form.__name__.removesuffix("Form")
        written = schema["properties"] if not place else schema["definitions"][noun]["properties"]
        for key, _, _, examples in generate.keys(form):
            assert examples, f"{noun}.{key} has no example"
            for example in examples:
                check(example, written[key], schema)


def test_every_key_of_the_language_is_on_the_page() -> None:
    described = {generate.form_at(place) for _, place in generate.SECTIONS}
    others = [form for form in forms_below(ScenarioForm) if form not in described]
    assert [form.noun for form in others if not form.noun.endswith(("law", "law of chance"))] == []


def test_every_law_of_chance_is_on_the_page_with_an_example_that_fits() -> None:
    schema = json_schema()
    law = schema["definitions"]["DurationLaw"]["properties"]
    assert sorted(law) == sorted(generate.LAWS)
    for name, (_, example) in generate.LAWS.items():
        check(example, law[name], schema)


def test_code_on_a_page_that_prints_something_else_is_noticed() -> None:
    page = "```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n"
    assert shown.shown(page) == page.replace("3", "2")


def test_code_on_a_page_that_prints_without_a_place_is_noticed() -> None:
    with pytest.raises(ValueError, match="no text block follows"):
        shown.shown("```python\nprint(1)\n```\n")
