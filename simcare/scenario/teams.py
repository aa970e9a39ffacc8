"""Teams: what they can do, how fast, and what an hour of theirs costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.fields import Form, Name, Reads
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
    """What an hour of one agent costs. Examples: `45_000 IDR/h`"""


def teams_with(teams: Mapping[str, Team], skills: Iterable[str]) -> tuple[str, ...]:
    """The sorted names of the teams that have all of `skills`."""
    needed = frozenset(skills)
    return tuple(sorted(name for name, team in teams.items() if needed <= team.skills.keys()))


def speed_at(team: Team, skills: Iterable[str]) -> int:
    """The team's speed at work that takes `skills`, in parts per million: that of the slowest."""
    return min(team.skills[skill] for skill in skills)
