"""The JSON Schema is that of the models, shipped as it is, described in full, no stricter than the loader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import jsonschema
import pytest
from pydantic import TypeAdapter, ValidationError

from simcare.scenario.day_curves import Scale
from simcare.scenario.field_docs import field_docs, yaml_value
from simcare.scenario.fields import Form
from simcare.scenario.json_schema import SHIPPED, json_schema, schema_text
from simcare.scenario.load import loads
from simcare.scenario.plans import Plan
from simcare.scenario.scenario import ScenarioForm
from simcare.scenario.source import plain
from simcare.scenario.starter import starter
from simcare.scenario.tables import Folder
from simcare.scenario.translate import forms_below
from simcare.scenario.virality import KNOWN
from simcare.scenario.yaml_reading import read_yaml
from tests.scenario.texts import SMALL, changed

FORMS = forms_below(ScenarioForm)
SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
ROOT = Path(__file__).parents[2]


def fields() -> Iterator[tuple[type[Form], str]]:
    for form in FORMS:
        for name in form.model_fields:
            yield form, name


def data(text: str) -> Any:
    root = read_yaml(text, "s").root
    assert root is not None
    return plain(root)


def test_the_shipped_file_is_the_schema_of_the_models() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == schema_text(), (
        "run `python -m simcare.scenario.json_schema`"
    )


def test_it_is_a_schema_of_draft_7_whose_references_lead_somewhere() -> None:
    schema = SCHEMA
    jsonschema.Draft7Validator.check_schema(schema)
    text = schema_text()
    assert set(re.findall(r'"#/definitions/([^"]*)"', text)) == set(schema["definitions"])
    assert '"null"' not in text


@pytest.mark.parametrize("definition", ["", *SCHEMA["definitions"]])
def test_every_field_has_a_description(definition: str) -> None:
    schema = SCHEMA["definitions"][definition] if definition else SCHEMA
    assert schema["description"]
    assert schema["additionalProperties"] is False
    for name, field in schema["properties"].items():
        assert len(field["description"]) > 8, name
        assert "`" not in field["description"] or field["description"].count("`") % 2 == 0


@pytest.mark.parametrize(
    ("form", "name"), list(fields()), ids=lambda value: getattr(value, "__name__", value)
)
def test_examples_and_defaults_of_a_field_are_valid(form: type[Form], name: str) -> None:
    doc, info = field_docs(form)[name], form.model_fields[name]
    read = TypeAdapter(Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation)
    schema = jsonschema.Draft7Validator(schema_of(form, info.alias or name))
    for example in doc.examples:
        try:
            read.validate_python(yaml_value(example), context=Folder(""))
        except ValidationError as error:  # only a file of an example need not exist
            faults = [
                fault for details in error.errors() for fault in details.get("ctx", {}).get("faults", ())
            ]
            assert faults
            assert all("there is no file" in fault.sentence for fault in faults)
        schema.validate(yaml_value(example))
    if doc.default:
        value = read.validate_python(yaml_value(doc.default), context=Folder(""))
        defaults = {
            info.get_default(),
            getattr(Plan("p"), name, None),
            getattr(Plan("p").routing, name, None),
            KNOWN[name].default if name in KNOWN else None,
        }
        written_otherwise = {"scale": Scale(), "align": "dates", "order": ("first-come", ())}
        assert value in defaults or value == written_otherwise.get(name)
    elif info.is_required():
        assert not doc.default


def schema_of(form: type[Form], key: str) -> dict[str, Any]:
    schema = SCHEMA
    definition = schema if form is ScenarioForm else schema["definitions"][form.__name__.replace("Form", "")]
    return {"definitions": schema["definitions"], **definition["properties"][key]}


def scenarios() -> list[Path]:
    return sorted((ROOT / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", scenarios(), ids=lambda path: path.stem)
def test_shipped_scenarios_satisfy_it(path: Path) -> None:
    VALIDATOR.validate(data(path.read_text(encoding="utf-8")))


def test_small_and_starter_satisfy_it() -> None:
    VALIDATOR.validate(data(SMALL))
    VALIDATOR.validate(data(starter("x")))


@pytest.mark.parametrize(
    "spoiled",
    [
        ("title: Small", "titel: Small"),
        ("title: Small\n", ""),
        ("simcare: 1", "simcare: 2"),
        ("days: 2", "days: two"),
        ("public: true", "public: yes"),
        ("needs: [network]", "needs: network"),
        ("00:00: 8,", "25:00: 8,"),
        ("00:00: 8,", "00:00: -8,"),
        ("chance: 15%", "chance: 0.15"),
        ("hold: 45 min", "hold: 45 m"),
        ("hold: 45 min", "hold: 45"),
        ("shape: bank-calls-us-2003", "shape: bank-calls-us-2004"),
        ("{exponential: {mean: 3 h}}", "{exponentail: {mean: 3 h}}"),
        ("cost: 60 EUR/h", "cost: 60"),
        ("shrinkage: 12%", "shrinkage: 0.12"),
        ("shrinkage: 12%", "at_shift_end: drp"),
        ("shrinkage: 12%", "routing: {order: newst}"),
        ("first_reply_within: 15", "first_reply_in: 15"),
    ],
)
def test_an_editor_can_mark_wrong_keys_words_and_units(spoiled: tuple[str, str]) -> None:
    assert not VALIDATOR.is_valid(data(changed(spoiled)))


def test_it_refuses_nothing_that_loads() -> None:
    for form in (
        "{steps: {per_minute: {00:00: 1, 08:30: 2k}}}",
        "{per_interval: [1, 2, 3]}",
        "{per_day: 2k}",
    ):
        text = changed(("{per_day: 200, shape: bank-calls-us-2003}", form))
        loads(text)
        VALIDATOR.validate(data(text))
