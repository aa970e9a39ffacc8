"""How large a run is: contacts, steps and memory of one replication, estimated before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simcare.errors import TooLarge
from simcare.scenario.arrivals import Arrivals
from simcare.scenario.contacts import ContactType
from simcare.scenario.plans import Plan
from simcare.scenario.quantities import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from simcare.scenario.scenario import Scenario

BYTES_PER_CONTACT = 700
"""Memory that one replication needs for each contact: Tape, Log and what measuring them takes.

Measured with `BYTES_PER_STEP` as the growth of the process over a replication of 100,000 to 400,000 contacts
of one type: 1,340 bytes a contact of one step, 1,820 with 1.76 steps, 3,460 with 4.2 steps.
"""

BYTES_PER_STEP = 700
"""The same for each step: a first reply, escalated work, a reply to a further message."""

BYTES_PER_WORK = 8
"""The same for each step and each team more than one for which handling has a law of its own."""

BYTES_PER_DUTY = 300
"""The same for each interval of duty of an agent; up to 280 bytes were measured."""

MEMORY_LIMIT = 8_000_000_000
"""Bytes that a replication may be estimated to need."""

_GRID = 5 * MINUTE


@dataclass(frozen=True)
class Size:
    """What one replication is expected to hold.

    ``contacts`` and ``steps`` are means, ``duties`` the intervals of duty of the plan that has most,
    ``memory`` in bytes, with every surge happening.
    """

    contacts: float
    steps: float
    duties: float
    memory: float


def size_of(scenario: Scenario) -> Size:
    """The expected size of one replication of a scenario."""
    contacts = steps = memory = 0.0
    slots = max(_slots(contact) for contact in scenario.contacts.values())
    bytes_per_step = BYTES_PER_STEP + BYTES_PER_WORK * (slots - 1)
    for name, contact in scenario.contacts.items():
        replay = scenario.traces.get(name)
        if replay is not None:
            mean = most = float(len(replay))
        else:
            mean = _contacts(contact.arrivals, scenario, surges_happen=False)
            most = _contacts(contact.arrivals, scenario, surges_happen=True)
        steps_each = contact.actionable * _steps_per_contact(contact)
        contacts += mean
        steps += mean * steps_each
        memory += most * (BYTES_PER_CONTACT + steps_each * bytes_per_step)
    days = scenario.clock.total_days + -(-scenario.drain.duration // DAY)
    duties = max(_duties(plan, days) for plan in scenario.plans.values())
    return Size(contacts, steps, duties, memory + duties * BYTES_PER_DUTY)


def check_size(scenario: Scenario, limit: float = MEMORY_LIMIT) -> None:
    """Refuse a run too large for memory.

    Raises
    ------
    TooLarge
        with the estimate, the limit, and what to do.
    """
    size = size_of(scenario)
    if size.memory > limit:
        raise TooLarge(
            f"{scenario.source}: expected a run that needs at most {limit / 1e9:.0f} GB of memory, got "
            f"one of about {size.memory / 1e9:,.1f} GB ({size.contacts:,.0f} contacts and {size.duties:,.0f} "
            "intervals of duty in each replication); simulate fewer days, or accept it with --allow-large"
        )


def _contacts(arrivals: Arrivals, scenario: Scenario, *, surges_happen: bool) -> float:
    """Contacts expected in the horizon; surges at their mean, or all of them."""
    ordinary = sum(
        _rate_at(arrivals, time) * _surge_factor(arrivals, time, surges_happen) * _GRID / HOUR
        for time in range(_GRID // 2, DAY, _GRID)
    )
    clock = scenario.clock
    weeks, rest = divmod(clock.total_days, 7)
    first = clock.weekday_of(0)
    factors = weeks * sum(arrivals.weekdays) + sum(
        arrivals.weekdays[(first + day) % 7] for day in range(rest)
    )
    return ordinary * factors


def _rate_at(arrivals: Arrivals, time: int) -> float:
    for start, to, left, right in arrivals.day_curve:
        if start <= time < to:
            return left + (right - left) * (time - start) / (to - start)
    return 0.0


def _surge_factor(arrivals: Arrivals, time: int, happens: bool) -> float:
    factor = 1.0
    for surge in arrivals.surges:
        length = surge.ramp + surge.hold + surge.fade
        if any(surge.at <= moment < surge.at + length for moment in (time, time + DAY)):
            rise = (surge.ramp / 2 + surge.hold + surge.fade / 2) / length
            height = 1 + (surge.times - 1) * rise
            factor *= max(1.0, height) if happens else 1 + surge.chance * (height - 1)
    return factor


def _steps_per_contact(contact: ContactType) -> float:
    again = contact.conversation.again if contact.conversation is not None else 0.0
    escalated = contact.escalates.chance if contact.escalates is not None else 0.0
    return 1 + escalated + again / (1 - again)


def _slots(contact: ContactType) -> int:
    return max(1, *(len(handling.by_team) for _, handling in contact.steps_written().values()))


def _duties(plan: Plan, days: int) -> float:
    people = sum(shift.agents * len(shift.days) / 7 * days * (1 + len(shift.breaks)) for shift in plan.shifts)
    levels = sum(max(level for _, level in knots) for knots in plan.headcount.values())
    return people + levels
