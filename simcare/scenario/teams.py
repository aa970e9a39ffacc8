"""Teams: what they can do, how fast, and what an hour of theirs costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.chats import FULL_PACE, Chats
from simcare.scenario.fields import Form, Name, Reads
from simcare.scenario.lists import Ranks
from simcare.scenario.quantities import Money

FULL_SPEED = 1_000_000
"""A speed of 100% in parts per million."""

Speed = Annotated[int, Reads(q.parse_speed, schemas.SHARE)]
MoneyPerHour = Annotated[Money, Reads(q.parse_money_per_hour, schemas.MONEY_PER_HOUR)]


class Team(Form):
    """People who can do the same work; who of them works when is a matter of the plans."""

    noun = "a team"

    skills: Annotated[dict[Name, Speed], Field(min_length=1)]
    """What the team can do, with its speed at each skill (in parts per million).

    Examples: `{network: 100%, billing: 80%}`
    """

    cost: MoneyPerHour | None = None
    """What an ordinary hour of one agent costs. Examples: `45_000 IDR/h`"""

    chats: Chats = (FULL_PACE,)
    """How many contacts an agent may have in hand at once; with `pace_each`, how fast each of them goes on
    with one in hand, with two, and so on, or with `pace_in_total` all of them together.

    Default: `1`. Examples: `3`, `{at_once: 3, pace_each: [100%, 80%, 65%]}`, `{pace_in_total: [100%, 150%]}`
    """

    first: Ranks = ()
    """Which contact types the team takes first, before the plan's order: names in order, equal ones in a list
    of their own; types not listed come last.

    Examples: `[complaint]`, `[[network, billing], question]`
    """


def teams_with(teams: Mapping[str, Team], skills: Iterable[str]) -> tuple[str, ...]:
    """The sorted names of the teams that have all of `skills`."""
    needed = frozenset(skills)
    return tuple(sorted(name for name, team in teams.items() if needed <= team.skills.keys()))


def speed_at(team: Team, skills: Iterable[str]) -> int:
    """The team's speed at work that takes `skills`, in parts per million: that of the slowest."""
    return min(team.skills[skill] for skill in skills)
