"""Pages to look at in tests, and what can be read off their HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from simcare.experiment.result import Result
from simcare.experiment.run import run
from simcare.scenario.load import load, loads

ROOT = Path(__file__).parents[3]

LONG = "complaint-about-a-very-long-name-that-goes-on"

FIVE_PLANS = f"""
simcare: 1
title: Five plans <b>&amp; "quotes", $x$ and a {LONG}
about: Names that are long, and a week in which the desk is closed at night.
clock: {{start: 2026-11-23, days: 2, interval: 30 min}}
channels: {{x: {{public: true}}}}
contacts:
  {LONG}:
    channel: x
    needs: [care]
    arrivals: {{steps: {{per_hour: {{00:00: 0, 08:00: 6, 18:00: 0}}}}}}
    patience: {{exponential: {{mean: 1 h}}}}
    handling: {{exponential: {{mean: 6 min}}}}
  ignored: {{needs: [care], arrivals: {{per_hour: 0}}, handling: {{exponential: {{mean: 6 min}}}}}}
teams:
  desk: {{skills: {{care: 100%}}, cost: 20 EUR/h}}
plans:
  plan-with-a-name-too-long-for-any-figure-1: {{shifts: [{{team: desk, days: mon, from: 08:00, to: 18:00,
  agents: 1}}]}}
  plan-with-a-name-too-long-for-any-figure-2: {{headcount: {{desk: {{08:00: 2, 18:00: 0}}}}}}
  seldom: {{shifts: [{{team: desk, days: tue, from: 12:00, to: 12:30, agents: 1}}], shrinkage: 50%}}
  always: {{headcount: {{desk: unlimited}}}}
  night: {{shifts: [{{team: desk, from: 20:00, to: 04:00, agents: 2, breaks: [{{at: 23:30, for: 1 h}}]}}]}}
service_levels:
  - {{contacts: {LONG}, first_reply_within: 15 min, target: 80%}}
  - {{contacts: all, answered_within: 1 h}}
  - {{contacts: ignored, first_reply_within: 15 min, target: 80%}}
"""


@cache
def five_plans() -> Result:
    """Five plans with everything odd: long names, nobody on duty, agents without limit or pay, no
    contacts.
    """
    text = FIVE_PLANS.replace(", cost: 20 EUR/h", "")
    return run(loads(text), replications=6)


@cache
def evening() -> Result:
    """One day of the evening surge."""
    path = ROOT / "scenarios" / "evening-surge.yaml"
    return run(load(path, set=["clock.days=1", "clock.warm_up=0 s"]), replications=10)


@cache
def one_plan() -> Result:
    """A textbook queue: one plan, one interval a day, no target, no pay."""
    path = ROOT / "scenarios" / "mm1.yaml"
    return run(load(path, set=["clock.days=1", "clock.warm_up=0 s"]), replications=2)


@dataclass
class Element:
    """An element of a page: its tag, attributes, what is in it, and its own text."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    own: str = ""

    def all(self, tag: str) -> list[Element]:
        """The elements of that tag below this one, in their order."""
        found = [self] if self.tag == tag else []
        return found + [one for child in self.children for one in child.all(tag)]

    @property
    def text(self) -> str:
        """All text in it, on one line."""
        return " ".join([self.own, *(child.text for child in self.children)]).strip()


class Reader(HTMLParser):
    """Reads a page strictly: every element but the empty ones is closed where it should be."""

    VOID = ("br", "link", "meta")

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.path = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.path[-1].children.append(element)
        if tag not in self.VOID:
            self.path.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.path.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.path.pop().tag == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        self.path[-1].own += data


def read(html: str) -> Element:
    """The page as elements; fails where its HTML is not well formed."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.path == [reader.root]
    return reader.root
