"""The public names of `simcare.statistics`, and the worked examples in their docstrings."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import simcare
from simcare import statistics

MODULES = [module.name for module in pkgutil.iter_modules(statistics.__path__)]


def examples_of(module: str) -> list[doctest.DocTest]:
    found = doctest.DocTestFinder(exclude_empty=True).find(
        importlib.import_module(f"{statistics.__name__}.{module}")
    )
    return [one for one in found if one.examples]


@pytest.mark.parametrize("module", MODULES)
def test_worked_examples_print_what_they_say(module: str) -> None:
    for one in examples_of(module):
        assert doctest.DocTestRunner().run(one).failed == 0, one.name


def test_every_function_has_a_worked_example_and_says_what_it_raises() -> None:
    shown = {one.name.rsplit(".", 1)[-1] for module in MODULES for one in examples_of(module)}
    functions = [name for name in statistics.__all__ if name[0].islower()]
    assert set(functions) <= shown
    for name in functions:
        assert "DomainError" in getattr(statistics, name).__doc__, name


def test_all_is_sorted_and_reached_from_simcare() -> None:
    assert list(statistics.__all__) == sorted(statistics.__all__)
    assert simcare.statistics is statistics
