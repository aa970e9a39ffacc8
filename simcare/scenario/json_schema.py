"""The JSON Schema of the scenario language, for editors: draft 7, which YAML language servers read.

It is made of the same models that read a scenario; descriptions, defaults and examples come from the
docstrings of their fields.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simcare.scenario.field_docs import field_docs, yaml_value
from simcare.scenario.fields import Form
from simcare.scenario.scenario import ScenarioForm
from simcare.scenario.translate import forms_below

Schema = dict[str, Any]

SHIPPED = Path(__file__).with_name("scenario.schema.json")
"""The schema as it is shipped with the package."""


def json_schema() -> Schema:
    """The JSON Schema (draft 7) of a scenario file."""
    generated = ScenarioForm.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    definitions = generated.pop("$defs")
    forms = {form.__name__: form for form in forms_below(ScenarioForm)}
    names = {key: definition["title"] for key, definition in definitions.items()}
    for key, definition in definitions.items():
        _describe(definition, forms[names[key]])
    _describe(generated, ScenarioForm)
    references = {f"#/definitions/{key}": f"#/definitions/{_short(name)}" for key, name in names.items()}
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "simcare scenario",
        **{key: value for key, value in generated.items() if key != "title"},
        "definitions": {
            _short(names[key]): definitions[key] for key in sorted(names, key=lambda k: names[k])
        },
    }
    tidied = _tidied(schema, references)
    assert isinstance(tidied, dict)
    return tidied


def schema_text() -> str:
    """The schema as it is written to a file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _describe(definition: Schema, form: type[Form]) -> None:
    """Put the docs of the form's fields into its definition."""
    definition["title"] = form.noun
    documented = form.__pydantic_generic_metadata__["origin"] or form
    definition["description"] = " ".join((documented.__doc__ or "").split("\n\n")[0].split())
    docs = field_docs(form)
    for name, info in form.model_fields.items():
        written = definition["properties"][info.alias or name]
        doc = docs[name]
        written.pop("title", None)
        written.pop("default", None)  # in the units of the inside
        written["description"] = doc.text
        if doc.default:
            written["default"] = yaml_value(doc.default)
        if doc.examples:
            written["examples"] = [yaml_value(example) for example in doc.examples]


def _short(name: str) -> str:
    return name.replace("Form", "")


def _tidied(value: Any, references: dict[str, str]) -> Any:
    """Without `null`, which no field accepts; with the names of definitions; `$ref` alone, as draft 7 wants
    it.
    """
    if isinstance(value, list):
        return [_tidied(item, references) for item in value]
    if not isinstance(value, dict):
        return value
    options = value.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        rest = [option for option in options if option != {"type": "null"}]
        others = {key: item for key, item in value.items() if key != "anyOf"}
        value = {**rest[0], **others} if len(rest) == 1 else {"anyOf": rest, **others}
    if "pattern" not in value.get("propertyNames", {"pattern": ""}):
        value = {key: item for key, item in value.items() if key != "propertyNames"}  # not in every pydantic
    if "$ref" in value:
        reference = {"$ref": references[value["$ref"]]}
        others = {key: _tidied(item, references) for key, item in value.items() if key != "$ref"}
        return {"allOf": [reference], **others} if others else reference
    return {key: _tidied(item, references) for key, item in value.items()}


if __name__ == "__main__":
    SHIPPED.write_text(schema_text(), encoding="utf-8")
