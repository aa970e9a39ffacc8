"""Premium hours: stretches of the week in which an hour of work costs more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.faults import Fault, refuse
from simcare.scenario.fields import Clock, ClockOrMidnight, Form, Reads, WrittenAs
from simcare.scenario.hours import Span, WeekHours, on_days, together
from simcare.scenario.quantities import DAY
from simcare.scenario.tables import Folder
from simcare.scenario.weekdays import EVERY_DAY, parse_days


@dataclass(frozen=True)
class Premium:
    """Hours of the week and what an hour in them costs, compared with an ordinary one."""

    hours: WeekHours
    pay: float


class PremiumForm(Form):
    """Hours of the week in which an hour of work costs more."""

    noun = "a premium"

    days: Annotated[frozenset[int], Reads(parse_days, schemas.DAYS)] = EVERY_DAY
    """The weekdays on which the hours begin.

    Default: `daily`. Examples: `[sat, sun]`
    """

    from_: Clock = Field(default=0, alias="from")
    """When they begin.

    Default: `00:00`. Examples: `22:00`
    """

    to: ClockOrMidnight = DAY
    """When they end; not after `from` means the next day.

    Default: `24:00`. Examples: `06:00`
    """

    pay: Annotated[float, Reads(partial(q.parse_share, least="100%", most="1000%"), schemas.SHARE)]
    """What an hour costs, compared with an ordinary one. Examples: `125%`, `150%`"""

    def canonical(self, folder: Folder) -> Premium:
        """The hours on the axis of the week."""
        if self.from_ == self.to:
            hint = "leave from and to out for the whole day"
            raise refuse(Fault("an end that differs from the beginning", hint, ("to",)))
        to = self.to if self.to > self.from_ else self.to + DAY
        return Premium(together(on_days(self.days, self.from_, to)), self.pay)


Premiums = Annotated[tuple[Annotated[Premium, WrittenAs(PremiumForm)], ...], Field(max_length=100)]


def highest(premiums: Sequence[Premium]) -> tuple[Premium, ...]:
    """The same hours, none twice: where premiums overlap, the highest is paid."""
    cuts = sorted({end for premium in premiums for span in premium.hours.spans for end in span})
    paid: dict[float, list[Span]] = {}
    for begin, end in pairwise(cuts):
        over = [one.pay for one in premiums if any(a <= begin and end <= b for a, b in one.hours.spans)]
        if over:
            paid.setdefault(max(over), []).append((begin, end))
    return tuple(Premium(together(spans), pay) for pay, spans in sorted(paid.items()))
