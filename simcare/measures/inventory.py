"""Sums over the messages in the house: queue, in hand, backlog, what is left at close, the oldest."""

from __future__ import annotations

import numpy as np

from simcare.engine.log import UNWRITTEN
from simcare.measures.contacts import LATER, StepTimes
from simcare.measures.extremes import Arrivals, Spans, of_house, of_slots
from simcare.measures.frame import Float
from simcare.measures.played import Played
from simcare.measures.service import Parts
from simcare.measures.spans import time_in_slots
from simcare.measures.sweep import OfTypes


def inventory(played: Played, times: StepTimes, swept: OfTypes | None = None) -> Parts:
    """The sums of the measures of what waits and what is in hand, by contact type; from what a sweep found if
    there was one.

    A try of a step is in the backlog from the moment it is ready until it is done with, those whose customer
    gave up silently included; and in the queue while nobody works on it. So queue = backlog − in hand,
    exactly.
    """
    frame, types = played.frame, len(played.frame.types)
    if swept is None:
        house, waiting = _house(played, times), _waiting(played, times)
        present = frame.by_group(time_in_slots(frame, *house, types))
        queue = present - frame.by_group(_in_hand(played, times))
        arrived = played.actionable & played.here
        extremes = of_house(
            frame, house, waiting, Arrivals(played.arrival_ms, arrived, played.type_of_contact)
        )
    else:
        present, queue = frame.by_group(swept.present[1:]), frame.by_group(swept.queue[1:])
        extremes = of_slots(frame, swept)
    ms = np.broadcast_to(frame.ms_in_cell, (1 + types, 1, frame.cells))
    return {
        "queue": (queue, ms),
        "in_hand": (present - queue, ms),
        "present": (present, ms),
        "backlog": (present, ms),
        **extremes,
    }


def _in_hand(played: Played, times: StepTimes) -> Float:
    """The time that steps were worked on, by contact type and slot."""
    frame, steps, stints = played.frame, played.log.steps, played.log.stints
    of_type = played.type_of_contact[steps.contact[times.row_of_stint]]
    return time_in_slots(frame, stints.start_ms, stints.end_ms, of_type, len(frame.types))


def _house(played: Played, times: StepTimes) -> Spans:
    """When steps were in the house: what takes no time never, what never ends until after the drain."""
    steps = played.log.steps
    seen = (steps.outcome != UNWRITTEN) & (times.done_ms > steps.ready_ms)
    ready = steps.ready_ms[seen]
    done = np.minimum(times.done_ms[seen], played.frame.end_of_drain(ready) + 1)
    return Spans(ready, done, played.type_of_contact[steps.contact[seen]])


def _waiting(played: Played, times: StepTimes) -> Spans:
    """When steps were in nobody's hands: until they were begun, and from each time they were handed back."""
    steps, stints = played.log.steps, played.log.stints
    came = steps.outcome != UNWRITTEN
    until = np.where(times.start_ms < LATER, times.start_ms, times.done_ms)
    back = np.flatnonzero(~stints.completed)
    again = np.append(stints.step[1:] == stints.step[:-1], False)[: len(stints.step)]
    taken = np.where(again, np.append(stints.start_ms[1:], LATER)[: len(stints.step)], LATER)
    begin = np.concatenate([steps.ready_ms[came], stints.end_ms[back]])
    end = np.minimum(np.concatenate([until[came], taken[back]]), played.frame.end_of_drain(begin) + 1)
    contact = np.concatenate([steps.contact[came], steps.contact[times.row_of_stint[back]]])
    spans = Spans(begin, end, played.type_of_contact[contact])
    return spans.only(spans.to_ms > spans.from_ms)
