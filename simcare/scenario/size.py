"""How large a run is: contacts, steps and memory of one replication, estimated before anything is drawn."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simcare.errors import TooLarge
from simcare.scenario.arrivals import Arrivals, Surge
from simcare.scenario.clock import Clock
from simcare.scenario.contacts import ContactType
from simcare.scenario.day_curves import DayCurve, Piece, contacts_in
from simcare.scenario.plans import Plan
from simcare.scenario.quantities import DAY, HOUR, MINUTE
from simcare.scenario.recorded import Recorded

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

BYTES_PER_TRY = 250
"""The same for each further try that may be made: four numbers on the Tape, its row of the Log if it is."""

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
        elif name in scenario.recorded:
            mean, most = _resampled(scenario.recorded[name], scenario.clock)
        else:
            mean, most = _contacts(contact.arrivals, scenario.clock)
        steps_each = contact.actionable * _steps_per_contact(contact)
        contacts += mean
        steps += mean * steps_each
        tries = _tries_per_contact(contact) * BYTES_PER_TRY
        memory += most * (BYTES_PER_CONTACT + steps_each * bytes_per_step + tries)
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


def _contacts(arrivals: Arrivals, clock: Clock) -> tuple[float, float]:
    """Contacts expected in the horizon: with surges at their mean, and with all of them happening."""
    days: dict[DayCurve, float] = {}  # the sum of the weekdays' factors of days with the same curve
    for day, curve in enumerate(arrivals.curves(clock)):
        days[curve] = days.get(curve, 0.0) + arrivals.weekdays[clock.weekday_of(day)]
    mean = most = 0.0
    for curve, count in days.items():
        on_average, at_most = _on_a_day(curve, arrivals.surges)
        mean += count * on_average
        most += count * at_most
    return mean, most


def _resampled(recorded: Recorded, clock: Clock) -> tuple[float, float]:
    """Contacts expected in days drawn from recorded ones, and at most."""
    of_day = Counter(ms // DAY for ms in recorded.arrival_ms)
    like = [recorded.like(clock.weekday_of(day)) for day in range(clock.total_days)]
    mean = {days: sum(of_day[day] for day in days) / len(days) for days in set(like)}
    most = {days: max(of_day[day] for day in days) for days in set(like)}
    return sum(mean[days] for days in like), float(sum(most[days] for days in like))


def _on_a_day(curve: DayCurve, surges: tuple[Surge, ...]) -> tuple[float, float]:
    """Contacts on a day with this curve and surges like those of the day before: on average, and at most."""
    if not surges:
        return contacts_in(curve), contacts_in(curve)
    starts = [piece[0] for piece in curve]
    mean = most = 0.0
    for time in range(_GRID // 2, DAY, _GRID):
        rate = _rate_at(curve[bisect_right(starts, time) - 1], time) * _GRID / HOUR
        on_average, at_most = _surge_factors(surges, time)
        mean += rate * on_average
        most += rate * at_most
    return mean, most


def _rate_at(piece: Piece, time: int) -> float:
    start, to, left, right = piece
    return left + (right - left) * (time - start) / (to - start)


def _surge_factors(surges: tuple[Surge, ...], time: int) -> tuple[float, float]:
    """The factor of surges at a time of day, of this day or begun on the day before: its mean, its most."""
    mean = most = 1.0
    for surge in surges:
        length = surge.ramp + surge.hold + surge.fade
        if surge.at <= time < surge.at + length or surge.at <= time + DAY < surge.at + length:
            height = (surge.times - 1) * (surge.ramp / 2 + surge.hold + surge.fade / 2) / length
            mean *= 1 + surge.chance * height
            most *= max(1.0, 1 + height)
    return mean, most


def _steps_per_contact(contact: ContactType) -> float:
    again = contact.conversation.again if contact.conversation is not None else 0.0
    if contact.template is not None and contact.template.again is not None:
        again = max(again, contact.template.again)
    escalated = contact.escalates.chance if contact.escalates is not None else 0.0
    replies = 1 + (contact.acknowledgement is not None) + (contact.closing is not None)
    return replies + escalated + again / (1 - again)


def _tries_per_contact(contact: ContactType) -> float:
    if contact.tries_again is None:
        return 0.0
    chance = contact.tries_again.chance
    return 20.0 if chance == 1 else chance / (1 - chance)


def _slots(contact: ContactType) -> int:
    return max(1, *(len(handling.by_team) for _, handling in contact.steps_written().values()))


def _duties(plan: Plan, days: int) -> float:
    people = sum(
        shift.agents * (len(shift.days) / 7 * days + len(shift.dates)) * (1 + len(shift.breaks))
        for shift in plan.shifts
    )
    levels = sum(max(level for _, level in knots) for knots in plan.headcount.values())
    return people + levels
