"""Where everything stands: a scenario's text as a tree of plain values, each with its line and column.

The tree knows no key of the language. A `Word` is one scalar, `Items` a list, `Map` a map whose keys are
always text; each carries its `Place`. `plain` turns a tree into the dicts, lists and scalars that the models
read, and `place_of` finds the place of any path afterwards, so that every later error can name a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

Scalar = str | int | float | bool | None
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file; `line` and `column` count from 1, and 0 stands for the whole of `file`."""

    file: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """A scalar: its value and the text as written."""

    value: Scalar
    written: str
    place: Place


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a map, where the key stands, and its value."""

    place: Place
    node: Node


@dataclass(frozen=True, slots=True)
class Map:
    """A map in the order of the file."""

    entries: dict[str, Entry]
    place: Place


Node = Word | Items | Map


def plain(node: Node) -> object:
    """The tree as dicts, lists and scalars."""
    if isinstance(node, Map):
        return {key: plain(entry.node) for key, entry in node.entries.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return node.value


def child(node: Node | None, step: str | int) -> Node | None:
    """The value under one key or index, None if there is none."""
    if isinstance(node, Map) and step in node.entries:
        return node.entries[str(step)].node
    if isinstance(node, Items) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None


def at(root: Node, path: Path) -> Node | None:
    """The value at a path, None if there is none."""
    node: Node | None = root
    for step in path:
        node = child(node, step)
    return node


def place_of(root: Node, path: Path, *, of_key: bool = False) -> Place:
    """Where the value at `path` stands, or its key; of a path that does not exist, the nearest part that
    does.

    A map or list under a key is placed at its key: that is where a reader looks for it.
    """
    node, place = root, root.place
    for number, step in enumerate(path):
        below = child(node, step)
        if below is None:
            break
        last = number == len(path) - 1
        if isinstance(node, Map) and (not isinstance(below, Word) or (last and of_key)):
            place = node.entries[str(step)].place
        else:
            place = below.place
        node = below
    return place


def with_value(root: Node, path: Path, value: Node) -> Node:
    """A copy of the tree with `value` at `path`; every map and list on the way must exist, the last key need
    not.
    """
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(root, Map):
        key = str(step)
        new = Entry(value.place, value)
        if rest:
            old = root.entries[key]
            new = Entry(old.place, with_value(old.node, rest, value))
        return replace(root, entries={**root.entries, key: new})
    assert isinstance(root, Items) and isinstance(step, int)
    items = list(root.items)
    items[step] = with_value(items[step], rest, value)
    return replace(root, items=tuple(items))


def words(root: Node, path: Path = ()) -> Iterator[tuple[Path, Word]]:
    """Every scalar with its path, in the order of the file."""
    if isinstance(root, Word):
        yield path, root
    elif isinstance(root, Items):
        for index, item in enumerate(root.items):
            yield from words(item, (*path, index))
    else:
        for key, entry in root.entries.items():
            yield from words(entry.node, (*path, key))


def shown(value: object, longest: int = 60) -> str:
    """How a message names what was found: a tree, or a plain value."""
    if isinstance(value, Word):
        value = value.value if isinstance(value.value, str) or value.value is None else _Bare(value.written)
    if isinstance(value, Map | dict):
        keys = list(value.entries if isinstance(value, Map) else value)
        return (
            _cut(f"a map with the key{'s' * (len(keys) != 1)} {', '.join(map(str, keys))}", longest)
            if keys
            else "an empty map"
        )
    if isinstance(value, Items | list | tuple):
        count = len(value.items if isinstance(value, Items) else value)
        return f"a list of {count}" if count else "an empty list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and not isinstance(value, _Bare):
        return f"'{_cut(_visible(value), longest)}'"
    return _cut(str(value), longest)


def near(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to a mistyped one, None if none is near."""
    from difflib import get_close_matches

    by_lower = {name.lower(): name for name in islice(known, 2_000)}  # enough for a list that anybody reads
    found = get_close_matches(word.lower()[:80], list(by_lower), n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


@dataclass(frozen=True)
class DidYouMean:
    """A hint that names the nearest known word, looked for when the hint is told; empty if none is near."""

    word: str
    known: Iterable[str] | Callable[[], Iterable[str]]

    def __str__(self) -> str:
        close = near(self.word, self.known() if callable(self.known) else self.known)
        return f"did you mean '{close}'?" if close is not None else ""


Hint = str | DidYouMean


class _Bare(str):
    """Text shown without quotes: a number as it was written."""


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text[:200])


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
