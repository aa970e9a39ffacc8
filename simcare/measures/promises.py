"""Promises: which contacts count as answered in time, and the formula in force, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from simcare.scenario.quantities import write_duration

if TYPE_CHECKING:
    from simcare.scenario.scenario import Scenario

Clock = Literal["first_reply", "answered"]
Definition = Literal["of_all", "of_answered", "without_short_abandons", "abandoned_in_time_count"]


@dataclass(frozen=True)
class Promise:
    """A service level as the measures need it; ``types`` are indices of the sorted contact types.

    With ``open_hours`` its clock runs only while the contact's channel is open. ``limited`` says that some of
    the types can be turned away.
    """

    name: str
    types: tuple[int, ...]
    kind: Clock
    within_ms: int
    target: float | None
    definition: Definition
    short_ms: int
    open_hours: bool = False
    limited: bool = False

    @property
    def waits(self) -> str:
        """The kind of wait that it limits."""
        return "first_reply" if self.kind == "first_reply" else "answer"


def promises_of(scenario: Scenario) -> tuple[Promise, ...]:
    """The scenario's service levels, in their order in the file, each with a name of its own.

    Promises of one name are told apart by the contact types they cover, and if need be by number.
    """
    index = {name: number for number, name in enumerate(scenario.contact_names)}
    levels = scenario.service_levels
    names = [level.name for level in levels]
    for number, level in enumerate(levels):
        if [other.name for other in levels].count(level.name) > 1:
            names[number] = f"{level.name} ({', '.join(level.contacts)})"
        if names[number] in names[:number]:
            names[number] = f"{names[number]} no. {number + 1}"
    return tuple(
        Promise(
            name=name,
            types=tuple(sorted(index[of_type] for of_type in level.contacts)),
            kind=level.kind,
            within_ms=level.within,
            target=level.target,
            definition=level.definition,
            short_ms=level.short,
            open_hours=level.hours == "open",
            limited=any(scenario.contacts[of_type].queue_limit is not None for of_type in level.contacts),
        )
        for name, level in zip(names, levels, strict=True)
    )


def formula(promise: Promise) -> str:
    """The formula of the promise in words, to stand beside every figure it gives."""
    done = "replied to" if promise.kind == "first_reply" else "answered"
    clock = "until handling ends" if promise.kind == "first_reply" else "until handling starts"
    within = write_duration(promise.within_ms) + (", open hours only" if promise.open_hours else "")
    needed = "all that needed an answer"
    others = ("turned away, " if promise.limited else "") + "silent and open are missed"
    top, bottom = {
        "of_all": (f"{done} within {within}", f"{needed}; left, {others}"),
        "of_answered": (
            f"{done} within {within}",
            f"{done} at all, and those who gave up silently, who are missed",
        ),
        "without_short_abandons": (
            f"{done} within {within}",
            f"{needed} but those who left within {write_duration(promise.short_ms)}; other left, {others}",
        ),
        "abandoned_in_time_count": (
            f"{done}, or left, within {within}",
            f"{needed}; left later, {others}",
        ),
    }[promise.definition]
    return f"{promise.definition}: {top} ({clock}) / {bottom}"
