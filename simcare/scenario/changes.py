"""What-if changes: ``plans.today.shrinkage=20%`` puts a value into the tree of a scenario.

The path is the keys of the file joined by dots, with numbers for the entries of lists; the value is YAML. A
key that is not there yet is added; maps on the way are made where the language has them.
"""

from __future__ import annotations

from collections.abc import Sequence

from simcare.errors import ScenarioError
from simcare.scenario.faults import Fault
from simcare.scenario.fields import Form
from simcare.scenario.files import stop
from simcare.scenario.source import DidYouMean, Entry, Items, Map, Node, Path, Place, child, shown, with_value
from simcare.scenario.translate import is_open, keys_of, model_at
from simcare.scenario.yaml_reading import Reading, read_yaml


def with_changes(reading: Reading, changes: Sequence[str], form: type[Form]) -> Reading:
    """The scenario with each change ``path=value`` made in turn.

    Raises
    ------
    ScenarioError
        for the first change that is not of this form, or leads nowhere.
    """
    root, problems = reading.root, reading.problems
    for change in [changes] if isinstance(changes, str) else changes:
        dotted, equals, text = change.partition("=")
        dotted = dotted.strip()
        name = f"--set {dotted}"
        if not equals or not dotted or not all(dotted.split(".")):
            missing = "no '='" if not equals else "no key before '='" if not dotted else "an empty key"
            expected = f"expected a change such as plans.today.shrinkage=20%, got {missing}"
            raise stop(f"--set {change}", expected)
        value = read_yaml(text, name, placed=False)
        if value.root is None:
            raise stop(name, "expected a value after '=', got nothing")
        assert root is not None
        root = _changed(root, dotted, value.root, form)
        problems += value.problems
    return Reading(root, problems)


def _changed(root: Node, dotted: str, value: Node, form: type[Form]) -> Node:
    place = value.place
    node: Node = root
    path: Path = ()
    steps = dotted.split(".")
    for number, step in enumerate(steps):
        key = _step(node, step, path, place)
        below = child(node, key)
        if below is None and number < len(steps) - 1:
            known = model_at(form, path)
            if known is None or step not in keys_of(known):
                raise _refused(place, _unknown(node, step, path, form))
            for missing in reversed(steps[number + 1 :]):
                value = Map({missing: Entry(place, value)}, place)
        path = (*path, key)
        if below is None:
            break
        node = below
    return with_value(root, path, value)


def _step(node: Node, step: str, path: Path, place: Place) -> str | int:
    """The key or index that a step of the path means in `node`."""
    where = ".".join(map(str, path)) or "the scenario"
    if isinstance(node, Map):
        return step
    if not isinstance(node, Items):
        raise _refused(
            place, Fault(f"a map or a list at {where}, to find {shown(step)} in it", got=shown(node))
        )
    count = len(node.items)
    if step.isascii() and step.isdigit() and len(step) < 9 and int(step) < count:
        return int(step)
    fits = f"a number from 0 to {count - 1}" if count else "nothing below an empty list"
    raise _refused(place, Fault(f"{fits} at {where}", got=shown(step)))


def _unknown(node: Node, step: str, path: Path, form: type[Form]) -> Fault:
    present = list(node.entries) if isinstance(node, Map) else []
    known = model_at(form, path)
    names = present if is_open(form, path) or known is None else keys_of(known)
    where = f"in {'.'.join(map(str, path))}" if path else "of the scenario"
    hint = str(DidYouMean(step, names))
    return Fault(f"a key {where}" + ("" if hint else f" ({', '.join(names)})"), hint, got=shown(step))


def _refused(place: Place, fault: Fault) -> ScenarioError:
    hint = f"; {fault.hint}" if fault.hint else ""
    return stop(place.file, f"expected {fault.expected}, got {fault.got}{hint}")
