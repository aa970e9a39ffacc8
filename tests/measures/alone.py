"""Replications measured one at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simcare.demand.tape import Tape
from simcare.engine.log import Log
from simcare.measures import sums
from simcare.measures.frame import Frame
from simcare.measures.played import Played, Replication
from simcare.measures.service import Parts
from simcare.measures.sums import Sums
from simcare.staffing.roster import Roster


def played(frame: Frame, tape: Tape, roster: Roster, log: Log) -> Played:
    return Played.of(frame, [Replication(tape, roster, log)])


def only(parts: Parts) -> Parts:
    """Parts of one replication, without the axis of replications."""
    return {name: (over[:, 0], under[:, 0]) for name, (over, under) in parts.items()}


def sums_of(frame: Frame, tape: Tape, roster: Roster, log: Log, kernels: Any = None) -> Sums:
    """The sums of one replication."""
    return sums.sums_in(frame, [Replication(tape, roster, log)], kernels)


def sums_in(frame: Frame, tape: Tape, roster: Roster, log: Log, kernels: Any = None) -> Sums:
    """The sums of one replication, without the axis of replications."""
    found = sums_of(frame, tape, roster, log, kernels)
    return Sums(
        found.numerators[0],
        found.denominators[0],
        replace(found.waits, of=found.waits.of[0]),
        found.powers[0],
        found.daily[0],
    )
