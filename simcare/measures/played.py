"""Replications of a plan that were played, end to end: what is measured many at once.

They follow each other on one clock, each in a lap of its own (`Frame.lap_ms`), and their contacts, steps and
agents' duties stand in one table each. So they are measured as one long run is. A column is only put together
if it is asked for, and one replication alone is taken as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import Reshares, Tape
from simcare.engine.log import Log, Steps, Stints, came
from simcare.measures.frame import Float, Frame, Int
from simcare.staffing.roster import Roster

Bool = NDArray[np.bool_]


class Replication(NamedTuple):
    """One replication of a plan: its contacts, who was on duty, and what became of them."""

    tape: Tape
    roster: Roster
    log: Log


@dataclass(frozen=True)
class Played:
    """Replications of one plan in their order; see `Tape` for the columns over contacts."""

    frame: Frame
    each: tuple[Replication, ...]

    @staticmethod
    def of(frame: Frame, replications: Sequence[Replication]) -> Played:
        """Some replications; the frame is that of one or as many."""
        return Played(frame.of(len(replications)), tuple(replications))

    @cached_property
    def arrival_ms(self) -> Int:
        """When contacts arrive, on the clock of all replications."""
        return self._in_laps([one.tape.arrival_ms for one in self.each])

    @cached_property
    def type_of_contact(self) -> Int:
        """The contact type of each."""
        return self._of_contacts(lambda tape: tape.type_of_contact)

    @cached_property
    def actionable(self) -> Bool:
        """Which of them need an answer."""
        return self._of_contacts(lambda tape: tape.actionable)

    @cached_property
    def followers(self) -> Int:
        """How many follow each."""
        return self._of_contacts(lambda tape: tape.followers)

    @cached_property
    def heat_u(self) -> Float:
        """Their uniforms of heat; those of a tape without any are a half."""
        return self._of_contacts(
            lambda tape: tape.heat_u if len(tape.heat_u) else np.full(tape.contacts, 0.5)
        )

    @cached_property
    def moves_u(self) -> Float:
        """Their uniforms of moving to private."""
        return self._of_contacts(lambda tape: tape.moves_u)

    @cached_property
    def reshares(self) -> Reshares:
        """Those of all tapes in one table."""
        tables = [one.tape.reshares for one in self.each]
        if len(tables) == 1:
            return tables[0]
        first = _begins([one.tape.contacts for one in self.each])
        first_row = _begins([len(one) for one in tables])
        repeats, contact = (
            [np.where(column >= 0, column + begin, -1) for column, begin in zip(columns, begins, strict=True)]
            for columns, begins in (
                ([one.repeats for one in tables], first_row),
                ([one.contact for one in tables], first),
            )
        )
        return Reshares(
            at_ms=self._in_laps([one.at_ms for one in tables]),
            mark=_joined([one.mark for one in tables]),
            complaint=_joined([one.complaint for one in tables], first),
            repeats=_joined(repeats),
            contact=_joined(contact),
        )

    @cached_property
    def by_pile_on(self) -> Bool:
        """Which of them come by pile-on, if they come."""
        return self._of_contacts(lambda tape: tape.reshares.row_of(tape.contacts) >= 0)

    @cached_property
    def here(self) -> Bool:
        """Which of them came."""
        return _joined([came(one.tape, one.log) for one in self.each])

    @cached_property
    def log(self) -> Log:
        """What became of them all, in one Log."""
        if len(self.each) == 1:
            return self.each[0].log
        steps, stints = [one.log.steps for one in self.each], [one.log.stints for one in self.each]
        first_contact = _begins([one.tape.contacts for one in self.each])
        first_step = _begins([len(one.tape.contact_of_step) for one in self.each])
        return Log(
            Steps(
                step=_joined([one.step for one in steps], first_step),
                contact=_joined([one.contact for one in steps], first_contact),
                kind=_joined([one.kind for one in steps]),
                ready_ms=self._in_laps([one.ready_ms for one in steps]),
                outcome=_joined([one.outcome for one in steps]),
                gone_ms=self._in_laps([one.gone_ms for one in steps]),
            ),
            Stints(
                step=_joined([one.step for one in stints], first_step),
                agent=_joined([one.agent for one in stints]),
                start_ms=self._in_laps([one.start_ms for one in stints]),
                end_ms=self._in_laps([one.end_ms for one in stints]),
                completed=_joined([one.completed for one in stints]),
            ),
        )

    @cached_property
    def roster(self) -> Roster:
        """Who is on duty when, in one Roster, in order of the replications; all number agents alike."""
        rosters = [one.roster for one in self.each]
        first = rosters[0]
        return Roster(
            team_of_agent=first.team_of_agent,
            line_of_agent=first.line_of_agent,
            number_of_agent=first.number_of_agent,
            duty_agent=_joined([one.duty_agent for one in rosters]),
            duty_from_ms=self._on_clock([one.duty_from_ms for one in rosters]),
            duty_to_ms=self._on_clock([one.duty_to_ms for one in rosters]),
            level_team=_joined([one.level_team for one in rosters]),
            level_from_ms=self._on_clock([one.level_from_ms for one in rosters]),
            level=_joined([one.level for one in rosters]),
            paid_team=_joined([one.paid_team for one in rosters]),
            paid_from_ms=self._on_clock([one.paid_from_ms for one in rosters]),
            paid_to_ms=self._on_clock([one.paid_to_ms for one in rosters]),
            paid_agents=_joined([one.paid_agents for one in rosters]),
        )

    @cached_property
    def firsts(self) -> Int:
        """With which row each replication begins, and where the last ends, in the tables of steps, stints,
        people, levels and pay: (replications + 1, tables).
        """
        sizes = [
            (
                len(log.steps.step),
                len(log.stints.step),
                *map(len, (people.duty_agent, people.level_team, people.paid_team)),
            )
            for _, people, log in self.each
        ]
        return np.cumsum([(0,) * 5, *sizes], axis=0)

    def _of_contacts(self, column: Callable[[Tape], NDArray[Any]]) -> NDArray[Any]:
        return _joined([column(one.tape) for one in self.each])

    def _in_laps(self, times: Sequence[Int]) -> Int:
        """Times of each replication on the clock of all."""
        return _joined(times, self.frame.lap_ms)

    def _on_clock(self, times: Sequence[Int]) -> Int:
        """The same, and none before time 0 or after the drain: a night shift may begin on the eve."""
        on_clock: Int = np.clip(_joined(times), 0, self.frame.latest_ms)
        return on_clock + np.repeat(self.frame.lap_ms, [len(one) for one in times])


def _joined(columns: Sequence[NDArray[Any]], begin: Int | None = None) -> NDArray[Any]:
    """Columns end to end, to each of which its number in `begin` is added."""
    if len(columns) == 1:
        return columns[0]
    if begin is None:
        return np.concatenate(columns)
    joined, after = np.empty(sum(map(len, columns)), dtype=np.int64), 0
    for column, number in zip(columns, begin.tolist(), strict=True):
        before, after = after, after + len(column)
        np.add(column, number, out=joined[before:after])
    return joined


def _begins(sizes: Sequence[int]) -> Int:
    return np.cumsum([0, *sizes[:-1]])
