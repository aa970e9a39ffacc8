"""YAML as people expect it: text in, a tree of values with their places out.

PyYAML's parser is used for its events only, so nothing in a file can build an object. Scalars follow YAML 1.2
in spirit: whole numbers (underscores allowed), decimals, ``true``, ``false`` and ``null``; everything else is a
word, so ``19:00``, ``no``, ``on`` and ``2026-11-23`` stay what they look like. Keys are always words.

A file ends in a tree or in a `ScenarioError`, whatever is in it: size, depth, the number of values and of
aliases are bounded before anything is built.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from simcare.errors import Problem, ScenarioError
from simcare.scenario.source import Entry, Items, Map, Node, Place, Scalar, Word, near, shown

MOST_BYTES = 1_000_000
"""A scenario file may be this large; tables belong in CSV files beside it."""

MOST_VALUES = 100_000
"""A scenario may hold this many values, counting what each alias stands for."""

DEEPEST = 32
"""Maps and lists may be nested this deep."""

_WHOLE = re.compile(r"[-+]?\d+(_\d+)*\Z")
_DECIMAL = re.compile(r"[-+]?(\d+(_\d+)*)?(\.\d*)?([eE][-+]?\d+)?\Z")
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class Reading:
    """What reading a text gave: the tree and the problems that did not stop it."""

    root: Node
    problems: list[Problem] = field(default_factory=list)


def read_file(path: str) -> Reading:
    """Read the YAML file at `path`.

    Raises
    ------
    ScenarioError
        if it cannot be read, is too large, or is not one YAML document.
    """
    return read_text(_decoded(_file_bytes(path), path), path)


def read_text(text: str, file: str) -> Reading:
    """Read YAML from `text`; `file` is the name that messages give it."""
    text = text.removeprefix("\ufeff")
    if len(text) > MOST_BYTES:
        raise _stop(
            file,
            f"expected at most {MOST_BYTES // 1_000_000} MB, got {len(text) / 1e6:.1f} MB; {_TOO_LARGE_HINT}",
        )
    control = _CONTROL.search(text)
    if control is not None:
        line, column = _line_and_column(text, control.start())
        raise _stop(
            file, f"expected text, got the control character U+{ord(control.group()):04X}", line, column
        )
    for loader in _loaders():
        try:
            return _Builder(file).build(yaml.parse(text, Loader=loader))
        except yaml.YAMLError as error:
            failure = error
    raise _stop_at_syntax(failure, text, file)


def _loaders() -> list[Any]:
    """libyaml first, ten times as fast; where it fails, PyYAML's own parser, whose messages are the same everywhere."""
    quick = getattr(yaml, "CSafeLoader", None)
    return [yaml.SafeLoader] if quick is None else [quick, yaml.SafeLoader]


# ---- files ------------------------------------------------------------------------------------------------------

_TOO_LARGE_HINT = "large tables belong in CSV files beside the scenario"


def _file_bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            status = os.fstat(stream.fileno())
            if stat.S_ISREG(status.st_mode) and status.st_size > MOST_BYTES:
                raise _stop(
                    path, f"expected at most 1 MB, got {status.st_size / 1e6:.1f} MB; {_TOO_LARGE_HINT}"
                )
            data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _stop(path, why_unreadable(path, error)) from None
    if len(data) > MOST_BYTES:
        raise _stop(path, f"expected at most 1 MB, got more; {_TOO_LARGE_HINT}")
    return data


def why_unreadable(path: str, error: OSError | ValueError, what: str = "a scenario file") -> str:
    """One sentence on why a file cannot be read."""
    if isinstance(error, FileNotFoundError):
        folder, name = os.path.split(path)
        try:
            close = near(name, os.listdir(folder or "."))
        except OSError:
            close = None
        hint = f"; did you mean {os.path.join(folder, close)}?" if close else ""
        return f"expected {what}, but there is no such file{hint}"
    if isinstance(error, IsADirectoryError):
        return f"expected {what}, got a folder"
    if isinstance(error, PermissionError):
        return f"expected {what} that you may read, but permission is denied"
    return f"expected {what}, but it cannot be read: {getattr(error, 'strerror', None) or error}"


def _decoded(data: bytes, file: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _stop(file, "expected UTF-8 text, got UTF-16; save the file as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _line_and_column(data[: error.start].decode("utf-8-sig", "replace") + "?", None)
        raise _stop(
            file, f"expected UTF-8 text, got the byte 0x{data[error.start]:02X}", line, column
        ) from None


def _line_and_column(text: str, position: int | None) -> tuple[int, int]:
    before = text[: len(text) - 1 if position is None else position]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


# ---- events to a tree -------------------------------------------------------------------------------------------


class _Builder:
    """Builds the tree from the parser's events, counting as it goes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.values = 0
        self.anchors: dict[str, tuple[Node, int] | None] = {}

    def build(self, events: Iterator[Event]) -> Reading:
        self.events = events
        root: Node | None = None
        for event in events:
            if isinstance(event, StreamStartEvent | StreamEndEvent | DocumentEndEvent):
                continue
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    raise self.stop("expected one scenario in the file, got a second document", event)
                continue
            root = self.node(event, 0)
        if root is None or (isinstance(root, Word) and root.value is None):
            raise _stop(self.file, "expected a scenario, got an empty file")
        return Reading(root, self.problems)

    def node(self, event: Event, depth: int) -> Node:
        self.values += 1
        if self.values > MOST_VALUES:
            raise self.stop(f"expected at most {MOST_VALUES:,} values, got more", event)
        if depth > DEEPEST:
            raise self.stop(f"expected maps and lists nested at most {DEEPEST} deep, got deeper ones", event)
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

    def content(self, event: Event, depth: int) -> Node:
        if isinstance(event, ScalarEvent):
            quoted = event.style not in (None, "") or not event.implicit[0]
            value = event.value if quoted else scalar(event.value)
            return Word(value, event.value, self.place(event))
        if isinstance(event, SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(following := next(self.events), SequenceEndEvent):
                items.append(self.node(following, depth + 1))
            return Items(tuple(items), self.place(event))
        assert isinstance(event, MappingStartEvent)
        return self.map(event, depth)

    def map(self, event: Event, depth: int) -> Map:
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
                self.report(
                    place,
                    "expected a key, got '<<'; merge keys are not part of the language, plans inherit with `like`",
                )
            elif key in entries:
                self.report(
                    place,
                    f"expected each key once, got {shown(key)} again; it stands on line {entries[key].place.line} already",
                )
            else:
                entries[key] = Entry(place, node)
        return Map(entries, self.place(event))

    def alias(self, event: AliasEvent) -> Node:
        if event.anchor not in self.anchors:
            raise self.stop(f"expected an anchor &{event.anchor} before this alias, got none", event)
        known = self.anchors[event.anchor]
        if known is None:
            raise self.stop(
                f"expected a value, got the alias *{event.anchor} inside what it stands for", event
            )
        node, size = known
        self.values += size - 1
        if self.values > MOST_VALUES:
            raise self.stop(
                f"expected at most {MOST_VALUES:,} values, got more by repeating *{event.anchor}", event
            )
        return node

    def place(self, event: Event) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def report(self, place: Place, message: str) -> None:
        self.problems.append(Problem(place.file, place.line, place.column, message))

    def stop(self, message: str, event: Event) -> ScenarioError:
        return _stop(self.file, message, event.start_mark.line + 1, event.start_mark.column + 1)


def scalar(text: str) -> Scalar:
    """What a word without quotes stands for."""
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if len(text) > 60:  # no number that anybody means; keeps conversion cheap
        return text
    if _WHOLE.match(text):
        return int(text)
    if any(c.isdigit() for c in text) and _DECIMAL.match(text):
        return float(text)
    return text


# ---- syntax errors in our words ---------------------------------------------------------------------------------

_SENTENCES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = tuple(
    (pattern, lambda match, sentence=sentence: match.expand(sentence))  # type: ignore[misc]
    for pattern, sentence in (
        (r"could not find expected ':'", r"expected ': ' after the key, got the end of the line"),
        (r"mapping values are not allowed here", r"expected one value, got a second ': '; indent a map below its key, or put text that holds ': ' in quotes"),
        (r"expected <block end>, but found '-'", r"expected the indentation of the lines above, got a list entry"),
        (r"expected <block end>, but found '(.*)'", r"expected the indentation of the lines above, got '\1'"),
        (r"expected ',' or '(.)', but got '<stream end>'", r"expected ',' or '\1', got the end of the file"),
        (r"expected ',' or '(.)', but got '(.*)'", r"expected ',' or '\1', got '\2'"),
        (r"found unexpected end of stream", r"expected a closing quote, got the end of the file"),
        (r"found character '(.*)' that cannot start any token", r"expected a value, got \1; put text that begins with it in quotes"),
        (r"sequence entries are not allowed here", r"expected a value, got a list entry; begin the list on a line of its own"),
        (r"found unknown escape character '(.*)'", r"expected a known escape in double quotes, got \\\1"),
    )
)  # fmt: skip


def _stop_at_syntax(error: yaml.YAMLError, text: str, file: str) -> ScenarioError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or error).strip().splitlines()[0]
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
    lines = text.split("\n")
    for number in (line, line - 1):
        indent = re.match(r" *\t\s*", lines[number - 1]) if 0 < number <= len(lines) else None
        if indent is not None:
            return _stop(
                file,
                "expected spaces, got a tab; YAML is indented with spaces",
                number,
                indent.group().index("\t") + 1,
            )
    for pattern, sentence in _SENTENCES:
        match = re.match(pattern, problem)
        if match is not None:
            return _stop(file, sentence(match), line, column)
    return _stop(file, f"expected YAML, got something else: {problem}", line, column)


def _stop(file: str, message: str, line: int = 0, column: int = 0) -> ScenarioError:
    return ScenarioError([Problem(file, line, column, message)])
