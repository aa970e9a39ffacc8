"""What the docstrings below the fields say: text, default as written, examples.

A field's docstring is its reference. A paragraph may begin with ``Default:`` or ``Examples:``, followed by
YAML in backticks. It is read from the source only when somebody asks, so that loading a scenario does not
wait for it.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from simcare.scenario.fields import Form
from simcare.scenario.source import plain
from simcare.scenario.yaml_reading import read_yaml


@dataclass(frozen=True)
class FieldDoc:
    """A field's reference: its text, its default as YAML (empty if it has none), and examples as YAML."""

    text: str
    default: str = ""
    examples: tuple[str, ...] = ()


def field_docs(form: type[Form]) -> dict[str, FieldDoc]:
    """The docs of a form's fields by their names in Python, those it inherits included."""
    docs: dict[str, FieldDoc] = {}
    for cls in reversed(form.__mro__):
        if issubclass(cls, Form) and cls.__module__ == "simcare.scenario.fields":
            continue
        if issubclass(cls, Form) and cls.__pydantic_generic_metadata__["origin"] is None:
            docs.update(_docs_in(cls))
    return {name: docs[name] for name in form.model_fields}


def yaml_value(text: str) -> object:
    """What a piece of YAML in the docs stands for."""
    root = read_yaml(text, "docs").root
    return None if root is None else plain(root)


def _docs_in(cls: type[Form]) -> Iterator[tuple[str, FieldDoc]]:
    """The fields declared in one class."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    for statement, following in zip(body.body, body.body[1:], strict=False):
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            yield statement.target.id, _parsed(str(following.value.value))


def _parsed(docstring: str) -> FieldDoc:
    text = inspect.cleandoc(docstring)
    default, examples = "", ()
    match = re.search(r"\s+Examples: (.*)\Z", text, re.DOTALL)
    if match is not None:
        examples = tuple(re.findall(r"`([^`]*)`", match.group(1)))
        text = text[: match.start()]
    match = re.search(r"\s+Default: `([^`]*)`\.?\Z", text)
    if match is not None:
        default = match.group(1)
        text = text[: match.start()]
    return FieldDoc(" ".join(text.split()), default, examples)
