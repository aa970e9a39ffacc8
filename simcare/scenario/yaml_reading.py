"""YAML as people expect it: text in, a tree of values with their places out.

PyYAML's parser is used for its events only, so nothing in a file can build an object. Scalars follow YAML 1.2
in spirit: whole numbers (underscores allowed), decimals, ``true``, ``false`` and ``null``; everything else is
a word, so ``19:00``, ``no``, ``on`` and ``2026-11-23`` stay what they look like. Keys are always words.

A text ends in a tree or in a `ScenarioError`, whatever is in it: size, depth and the number of values,
counting what aliases stand for, are bounded before anything is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from simcare.errors import Problem, ScenarioError
from simcare.scenario.files import check_size, line_and_column, stop
from simcare.scenario.source import Entry, Items, Map, Node, Place, Scalar, Word, shown
from simcare.scenario.yaml_syntax import syntax_problem

MOST_VALUES = 100_000
"""A scenario may hold this many values, counting what each alias stands for."""

DEEPEST = 32
"""Maps and lists may be nested this deep."""

_WHOLE = re.compile(r"[-+]?\d+(_\d+)*\Z", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(\d+(_\d+)*\.?\d*|\.\d+)([eE][-+]?\d+)?\Z", re.ASCII)
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Reading:
    """What a text gave: its tree (None if it is empty) and the problems that did not stop the reading."""

    root: Node | None
    problems: tuple[Problem, ...]


def read_yaml(text: str, file: str, *, placed: bool = True) -> Reading:
    """Read YAML from `text`; `file` is its name in messages, which have lines and columns if `placed`.

    Raises
    ------
    ScenarioError
        if the text is too large or not one YAML document.
    """
    text = text.removeprefix("\ufeff")
    check_size(file, len(text))
    control = _CONTROL.search(text)
    if control is not None:
        where = line_and_column(text[: control.start()]) if placed else (0, 0)
        raise stop(file, f"expected text, got the control character U+{ord(control.group()):04X}", *where)
    failure: yaml.YAMLError | None = None
    for loader in _loaders():
        try:
            return _Builder(file, placed, yaml.parse(text, Loader=loader), _end(text)).reading()
        except yaml.YAMLError as error:
            failure = error
    assert failure is not None
    message, line, column = syntax_problem(failure, text)
    raise stop(file, message, *((line, column) if placed else (0, 0)))


def scalar(text: str) -> Scalar:
    """What a word without quotes stands for."""
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if len(text) > 40:  # no number that anybody means; keeps conversion cheap
        return text
    if _WHOLE.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    return text


def _end(text: str) -> tuple[int, int]:
    """Line and column of the end, by all that breaks a line in YAML; libyaml goes beyond after a lone '?'."""
    breaks = [found.end() for found in _BREAK.finditer(text)]
    return len(breaks) + 1, len(text) - (breaks[-1] if breaks else 0) + 1


def _loaders() -> list[Any]:
    """libyaml first, for it is quick; where it fails PyYAML's own, whose messages are the same everywhere."""
    quick = getattr(yaml, "CSafeLoader", None)
    return [yaml.SafeLoader] if quick is None else [quick, yaml.SafeLoader]


class _Builder:
    """Builds the tree from the parser's events, counting as it goes."""

    def __init__(self, file: str, placed: bool, events: Iterator[Any], end: tuple[int, int]) -> None:
        self.file, self.placed, self.events, self.end = file, placed, events, end
        self.problems: list[Problem] = []
        self.values = 0
        self.anchors: dict[str, tuple[Node, int] | None] = {}

    def reading(self) -> Reading:
        root: Node | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.stop("expected one document, got a second", event)
            elif isinstance(event, NodeEvent):
                root = self.node(event, 0)
        empty = isinstance(root, Word) and root.value is None
        return Reading(None if empty else root, tuple(self.problems))

    def node(self, event: Any, depth: int) -> Node:
        self.values += 1
        if self.values > MOST_VALUES:
            raise self.stop(f"expected at most {MOST_VALUES:,} values, got more", event)
        if depth > DEEPEST:
            raise self.stop(f"expected maps and lists at most {DEEPEST} deep, got deeper ones", event)
        if isinstance(event, AliasEvent):
            return self.alias(event)
        if event.tag is not None:
            raise self.stop(f"expected a plain value, got the tag {shown(event.tag)}", event)
        before = self.values
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        node = self.content(event, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, self.values - before + 1)
        return node

    def content(self, event: Any, depth: int) -> Node:
        if isinstance(event, ScalarEvent):
            is_plain = event.style in (None, "")
            return Word(scalar(event.value) if is_plain else event.value, event.value, self.place(event))
        if isinstance(event, SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(following := next(self.events), SequenceEndEvent):
                items.append(self.node(following, depth + 1))
            return Items(tuple(items), self.place(event))
        assert isinstance(event, MappingStartEvent)
        return self.map(event, depth)

    def map(self, event: Any, depth: int) -> Map:
        entries: dict[str, Entry] = {}
        while not isinstance(following := next(self.events), MappingEndEvent):
            key_node = self.node(following, depth + 1)
            place = self.place(following)
            node = self.node(next(self.events), depth + 1)
            if not isinstance(key_node, Word):
                self.report(place, f"expected a word as key, got {shown(key_node)}")
                continue
            key = key_node.written
            if key == "<<":
                hint = "there are no merge keys; a plan inherits with `like`"
                self.report(place, f"expected a key, got '<<'; {hint}")
            elif key in entries:
                first = entries[key].place.line
                hint = f"it stands on line {first} already" if first else "it stands there already"
                self.report(place, f"expected each key once, got {shown(key)} again; {hint}")
            else:
                entries[key] = Entry(place, node)
        return Map(entries, self.place(event))

    def alias(self, event: AliasEvent) -> Node:
        name = event.anchor
        if name not in self.anchors:
            raise self.stop(f"expected an anchor &{name} before the alias *{name}, got none", event)
        known = self.anchors[name]
        if known is None:
            raise self.stop(f"expected a value, got the alias *{name} inside what it stands for", event)
        node, size = known
        self.values += size - 1
        if self.values > MOST_VALUES:
            raise self.stop(f"expected at most {MOST_VALUES:,} values, got more by repeating *{name}", event)
        return node

    def place(self, event: Any) -> Place:
        mark = event.start_mark
        if not self.placed:
            return Place(self.file)
        line, column = min((mark.line + 1, mark.column + 1), self.end)  # nothing stands after the end
        return Place(self.file, line, column)

    def report(self, place: Place, message: str) -> None:
        if len(self.problems) < 1_000:  # far more than anybody is shown
            self.problems.append(Problem(place.file, place.line, place.column, message))

    def stop(self, message: str, event: Any) -> ScenarioError:
        place = self.place(event)
        return stop(self.file, message, place.line, place.column)
