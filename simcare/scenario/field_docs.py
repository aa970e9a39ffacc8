"""What the docstrings below the fields say: text, default as written, examples.

A field's docstring is its reference. A paragraph may begin with ``Default:`` or ``Examples:``, followed by
YAML in backticks. It is read from the source only when somebody asks, so that loading a scenario does not
wait for it.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

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
        if issubclass(cls, Form):
            docs.update(_docs_in(cls.__module__).get(cls.__name__, {}))
    return {name: docs[name] for name in form.model_fields}


def yaml_value(text: str) -> object:
    """What a piece of YAML in the docs stands for."""
    root = read_yaml(text, "docs").root
    return None if root is None else plain(root)


@cache
def _docs_in(module: str) -> dict[str, dict[str, FieldDoc]]:
    """The docs of a module's classes, by class and field."""
    classes = [
        each
        for each in ast.parse(inspect.getsource(sys.modules[module])).body
        if isinstance(each, ast.ClassDef)
    ]
    return {each.name: dict(_docs_below(each.body)) for each in classes}


def _docs_below(body: list[ast.stmt]) -> Iterator[tuple[str, FieldDoc]]:
    """The fields declared in one class."""
    for statement, following in pairwise(body):
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
