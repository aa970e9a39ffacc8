"""Sums over the messages in the house: queue, in hand, backlog, what is left at close, the oldest."""

from __future__ import annotations

from typing import Any

import numpy as np

from simcare.demand.tape import Tape
from simcare.engine.log import UNWRITTEN, Log, came
from simcare.measures.contacts import LATER, StepTimes
from simcare.measures.extremes import Spans, of_house
from simcare.measures.frame import Frame
from simcare.measures.service import Parts
from simcare.measures.spans import time_in_slots


def inventory(frame: Frame, tape: Tape, log: Log, times: StepTimes, kernels: Any = None) -> Parts:
    """The sums of the measures of what waits and what is in hand, by contact type.

    A try of a step is in the backlog from the moment it is ready until it is done with, those whose customer
    gave up silently included; and in the queue while nobody works on it. So queue = backlog − in hand,
    exactly.
    """
    types = len(frame.types)
    stints = log.stints
    if kernels is None:
        house, waiting = _house(tape, log, times), _waiting(tape, log, times)
    else:
        house, waiting = _by_kernels(frame, tape, log, times, kernels)

    present = frame.by_group(time_in_slots(frame, *house, types, kernels=kernels))
    worked_on = tape.type_of_contact[tape.contact_of_step[stints.step]]
    in_hand = frame.by_group(
        time_in_slots(frame, stints.start_ms, stints.end_ms, worked_on, types, kernels=kernels)
    )
    ms = np.broadcast_to(frame.ms_in_cell, (1 + types, frame.cells))
    arrived = (
        tape.actionable
        & came(tape, log)
        & (tape.arrival_ms >= frame.from_ms)
        & (tape.arrival_ms < frame.to_ms)
    )
    arrival = tape.arrival_ms[arrived]
    arrivals = Spans(arrival, arrival, tape.type_of_contact[arrived])
    return {
        "queue": (present - in_hand, ms),
        "in_hand": (in_hand, ms),
        "present": (present, ms),
        "backlog": (present, ms),
        **of_house(frame, house, waiting, arrivals, kernels),
    }


def _house(tape: Tape, log: Log, times: StepTimes) -> Spans:
    """When steps were in the house. What takes no time is never seen."""
    steps = log.steps
    seen = (steps.outcome != UNWRITTEN) & (times.done_ms > steps.ready_ms)
    of_type = tape.type_of_contact[steps.contact]
    return Spans(steps.ready_ms[seen], times.done_ms[seen], of_type[seen])


def _waiting(tape: Tape, log: Log, times: StepTimes) -> Spans:
    """When steps were in nobody's hands: until they were begun, and from each time they were handed back."""
    steps, stints = log.steps, log.stints
    came = steps.outcome != UNWRITTEN
    until = np.where(times.start_ms < LATER, times.start_ms, times.done_ms)
    back = np.flatnonzero(~stints.completed)
    again = np.append(stints.step[1:] == stints.step[:-1], False)[: len(stints.step)]
    taken = np.where(again, np.append(stints.start_ms[1:], LATER)[: len(stints.step)], LATER)
    spans = Spans(
        np.concatenate([steps.ready_ms[came], stints.end_ms[back]]),
        np.concatenate([until[came], taken[back]]),
        tape.type_of_contact[np.concatenate([steps.contact[came], tape.contact_of_step[stints.step[back]]])],
    )
    return spans.only(spans.to_ms > spans.from_ms)


def _by_kernels(frame: Frame, tape: Tape, log: Log, times: StepTimes, kernels: Any) -> tuple[Spans, Spans]:
    """Both, in a pass each; what never ends does so after all that is measured."""
    steps, stints, never = log.steps, log.stints, frame.latest_ms + 1
    came = (steps.ready_ms, steps.outcome, steps.contact, times.start_ms, times.done_ms, tape.type_of_contact)
    of_stints = (stints.step, stints.start_ms, stints.end_ms, stints.completed, tape.contact_of_step)
    return Spans(*kernels.house(*came, never)), Spans(*kernels.queue(*came, *of_stints, never))
