"""Checks: what `simcare check` holds a plan to, as it is written and what it means."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.asked import Asked, MeasureForm, asked_faults
from simcare.scenario.faults import Fault, fault_of, name_fault, one_of, refuse
from simcare.scenario.fields import Line, Name, Reads, WrittenAs
from simcare.scenario.quantities import HOUR, SECOND, QuantityError
from simcare.scenario.source import Path
from simcare.scenario.tables import Folder

if TYPE_CHECKING:
    from simcare.scenario.scenario import Scenario, ScenarioForm

Side = Literal["at_least", "at_most", "same_as"]
BASELINE = "baseline"
"""The word for what was found and stored before."""

SIDES: dict[Side, str] = {"at_least": "at least", "at_most": "at most", "same_as": "the same as"}


@dataclass(frozen=True)
class Limit:
    """What a figure is held against: a ``value`` in the measure's unit, ``times`` the same figure under
    another ``plan``, or the baseline; ``written`` is how it stands in the file.
    """

    written: str
    value: float | None = None
    times: float = 1.0
    plan: str = ""
    currency: str = ""

    @property
    def baseline(self) -> bool:
        """Is it what was stored before?"""
        return self.value is None and not self.plan


@dataclass(frozen=True)
class Check:
    """A figure, and what it must be under some plans, all if ``plans`` is empty.

    ``margin``, in the measure's unit, is by how much it may differ from the baseline; ``margin_written`` how
    it stands in the file. ``file``, ``line`` and ``column`` say where the check stands; line 0 is nowhere.
    """

    asked: Asked
    plans: tuple[str, ...]
    side: Side
    limit: Limit
    margin: float = 0.0
    margin_written: str = ""
    name: str = ""
    file: str = ""
    line: int = 0
    column: int = 0

    @property
    def wanted(self) -> str:
        """What is wanted, in words: `at least 90%`, `within 30 s of the baseline`."""
        if not self.limit.baseline:
            return f"{SIDES[self.side]} {self.limit.written}"
        if self.side == "same_as":
            return f"within {self.margin_written} of the baseline"
        return f"{SIDES[self.side]} the baseline, but for {self.margin_written}"

    def cannot_fail(self, plans: tuple[str, ...]) -> str:
        """Why no replication could violate it under any of the plans, "" if one could."""
        what, limit = self.asked.what, self.limit
        if limit.value is not None:
            if self.side == "at_least" and limit.value <= what.least:
                return f"{what.name} is never below {limit.written}"
            if self.side == "at_most" and what.unit == "share" and limit.value >= 1:
                return f"{what.name} is never above {limit.written}"
        elif limit.plan:
            itself = set(self.plans or plans) == {limit.plan}
            if itself and (limit.times <= 1 if self.side == "at_least" else limit.times >= 1):
                return f"plan {limit.plan} is held against itself"
        return ""

    def placed(self, file: str, line: int, column: int) -> Check:
        """The check with its place."""
        return replace(self, file=file, line=line, column=column)


# ---- reading -----------------------------------------------------------------------------------------------

_OF = re.compile(r"(\S.*?) of ([^\s%]+)\Z")
_A_DAY = re.compile(r"(\d+(?:_\d+)*(?:\.\d+)?) ?([A-Z]{3})(?: ?/ ?d(?:ay)?| a day)?\Z")
_MOST_OF = "100000%"


def _as_written(value: Any) -> Any:
    """What stands there; how it is read depends on the measure."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise QuantityError("a limit such as 90%, 15 min or 80% of today", value)
    return value


def read_limit(value: Any, unit: str) -> Limit:
    """A limit of a measure with this unit: a figure, a share of another plan's, or the baseline."""
    written = value.strip() if isinstance(value, str) else f"{value}"
    if written == BASELINE:
        return Limit(written)
    if isinstance(value, str) and (match := _OF.match(written)):
        return Limit(written, times=q.parse_share(match[1], most=_MOST_OF, above=True), plan=match[2])
    number, currency = read_amount(value, unit)
    return Limit(written, number, currency=currency)


def read_amount(value: Any, unit: str) -> tuple[float, str]:
    """A figure in the unit, and the currency if it is money."""
    if unit == "share":
        return q.parse_share(value), ""
    if unit == "s":
        return q.parse_duration(value) / SECOND, ""
    if unit in ("h", "h per day"):
        return q.parse_duration(value) / HOUR, ""
    if "{currency}" in unit:
        match = _A_DAY.match(value.strip()) if isinstance(value, str) and len(value) <= 60 else None
        if match is None:
            hint = "a bare number has no currency" if isinstance(value, int | float) else ""
            raise QuantityError("money a day such as 9_500_000 IDR", value, hint)
        return float(Fraction(match[1].replace("_", ""))), match[2]
    return q.parse_number(value), ""


WRITTEN_LIMIT = Annotated[Any, Reads(_as_written, schemas.LIMIT)]


class CheckForm(MeasureForm):
    """What `simcare check` holds plans to: a measure, of some contacts, in some hours or on some days, and
    how much or little of it there may be. Exactly one of `at_least`, `at_most` and `same_as`.
    """

    noun = "a check"

    contacts: Name | None = None
    """Of one contact type only; of all together if it is left out. Examples: `network-complaint`"""

    team: Name | None = None
    """Of one team only; of all together if it is left out. Examples: `frontline`"""

    plan: Name | None = None
    """The plan it holds for; every plan if it is left out. Examples: `late-shift`"""

    at_least: WRITTEN_LIMIT | None = None
    """The least it may be: a figure in the measure's unit, a share of the same figure under another plan, or
    the `baseline`. Examples: `90%`, `110% of today`, `baseline`
    """

    at_most: WRITTEN_LIMIT | None = None
    """The most it may be, written alike. Examples: `15 min`, `2.5`, `9_500_000 IDR`, `80% of today`"""

    same_as: Literal["baseline"] | None = None
    """Not more than `margin` away from what was stored, either way. Examples: `baseline`"""

    margin: WRITTEN_LIMIT | None = None
    """By how much it may differ from the baseline without mattering to anybody, in the measure's unit (of a
    share in points). Examples: `1%`, `30 s`
    """

    name: Line | None = None
    """What reports call the check; by default what it is about. Examples: `the evening badge`"""

    def canonical(self, folder: Folder) -> Check:  # type: ignore[override]
        """The check with its limit read in the unit of its measure."""
        asked = super().canonical(folder)
        side: Side = one_of(self, ("at_least", "at_most", "same_as"), "a check")
        limit = _read(read_limit, getattr(self, side), asked.what.unit, side)
        margin = 0.0
        if limit.baseline:
            if asked.what.probability or asked.what.waits or asked.what.tail:
                hint = "percentiles and deviations are taken of all replications together"
                expected = "a measure that every replication has by itself beside baseline"
                raise refuse(Fault(expected, hint, ("measure",)))
            if self.margin is None:
                hint = "say by how much it may differ, as in margin: 1%"
                raise refuse(Fault("margin beside baseline", hint, got="none"))
            margin, _ = _read(read_amount, self.margin, asked.what.unit, "margin")
        elif self.margin is not None:
            hint = "any other limit can be moved by it"
            raise refuse(Fault("the baseline beside margin", hint, ("margin",), of_key=True, got="none"))
        plans = () if self.plan is None else (self.plan,)
        return Check(asked, plans, side, limit, margin, str(self.margin or ""), self.name or "")


def _read(read: Any, value: Any, unit: str, key: str) -> Any:
    try:
        return read(value, unit)
    except QuantityError as error:
        raise refuse(fault_of(error, (key,))) from None


CheckAsked = Annotated[Check, WrittenAs(CheckForm)]


# ---- meaning -----------------------------------------------------------------------------------------------


def check_faults(
    check: Check, path: Path, known: ScenarioForm | Scenario, currency: str | None, audience: Collection[str]
) -> Iterator[tuple[Path, Fault]]:
    """Everything that is wrong with the meaning of a check: the path and the fault. `audience` says what
    there is to measure of one (`audience_in`).
    """
    promises = [promise.name for promise in known.service_levels]
    about = (known.contacts, known.teams, promises, known.clock, audience, known.costs)
    for key, fault in asked_faults(check.asked, *about):
        yield (*path, key), fault
    for key, names in (("plan", check.plans), (check.side, filter(None, [check.limit.plan]))):
        for name in names:
            found = name_fault(name, known.plans, "one of the plans")
            if found is not None:
                yield (*path, key), replace(found, got=f"'{name}'")
    if check.limit.currency and check.limit.currency != currency:
        expected = f"an amount in {currency}" if currency else "costs in the scenario, to hold money to"
        yield (*path, check.side), Fault(expected)
    yield from _one_promise(path, check, known)


def _one_promise(path: Path, check: Check, known: ScenarioForm | Scenario) -> Iterator[tuple[Path, Fault]]:
    """A service level is that of one promise."""
    asked = check.asked
    if asked.measure != "service_level":
        return
    levels = [level.of(tuple(known.contacts)) for level in known.service_levels]
    names = [level.name for level in levels]
    if (asked.promise and asked.promise not in names) or (
        asked.contacts and asked.contacts not in known.contacts
    ):
        return  # told already
    fits = [
        level.name
        for level in levels
        if asked.promise in ("", level.name) and asked.contacts in ("", *level.contacts)
    ]
    if len(fits) > 1:
        key = "contacts" if len(set(fits)) == 1 else "promise"
        expected = f"{key} beside service_level, for {len(fits)} promises fit"
        yield (*path, "measure"), Fault(expected, f"there is {', '.join(dict.fromkeys(fits))}", got="none")
    elif not fits and names:
        yield (*path, "contacts"), Fault("contacts to whom this is promised")
