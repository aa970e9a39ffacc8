"""What is lost beside pay: customers nobody answered, impressions without an answer, crises; and in all."""

from __future__ import annotations

import numpy as np

from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY
from simcare.measures.contacts import Answered
from simcare.measures.frame import Float, Frame
from simcare.measures.measure import HOURS
from simcare.measures.service import Parts

TOLD_BAD, TOLD_GOOD = 53, 42
"""People to whom a user of social media tells a bad and a good experience with a brand (American Express,
Global Customer Service Barometer 2012).
"""

UNANSWERED = (LEFT, SILENT, TURNED_AWAY, OPEN)
"""The outcomes of a first reply that leave a customer without an answer."""


def told(frame: Frame, contacts: Answered) -> Parts:
    """The sums of how many people hear of a bad or a good experience, by public contact type."""
    within = np.full(len(frame.types), np.inf)  # where nothing is promised any answer is a good one
    for promise in frame.promises:
        if promise.kind == "first_reply":
            types = list(promise.types)
            within[types] = np.minimum(within[types], promise.within_ms)
    good = (contacts.outcome == REPLIED) & (contacts.first_reply_ms <= within[contacts.type])
    public = np.zeros(len(frame.types))
    public[[one.type for one in frame.public]] = 1.0
    days = np.append(1.0, public)[:, np.newaxis, np.newaxis] * frame.days_in_cell
    return {
        "told_of_bad": (
            TOLD_BAD * _counted(frame, contacts, np.isin(contacts.outcome, UNANSWERED), public),
            days,
        ),
        "told_of_good": (TOLD_GOOD * _counted(frame, contacts, good, public), days),
    }


def losses(frame: Frame, parts: Parts) -> Parts:
    """The sums of what is lost, from those of who was not answered, of impressions and of crises."""
    prices = frame.prices
    unanswered = sum(parts[name][0] for name in ("abandoned", "abandoned_silently", "turned_away", "open"))
    days = parts["open"][1]
    found: Parts = {}
    if prices.lost_customer is not None:
        lost = np.asarray(unanswered) * prices.churn
        found["lost_customers"] = lost, days
        found["churn_cost"] = lost * prices.lost_customer, days
    if frame.public and prices.thousand_unanswered is not None:
        impressions, public_days = parts["unanswered_impressions"]
        found["exposure_cost"] = impressions * prices.thousand_unanswered / 1000, public_days
    if frame.public and prices.crisis is not None:
        crises, public_days = parts["crises_per_year"]
        found["crisis_cost"] = crises * prices.crisis, public_days
    lines = [over[0] for name, (over, _) in found.items() if name.endswith("_cost")]
    labour, labour_days = parts["labour_cost"]
    waiting, waiting_days = parts["waiting_cost"]
    waiting_in_all = np.where(waiting_days[0] > 0, waiting[0], 0.0)
    total = np.sum([*lines, (labour[0] + waiting_in_all) * HOURS], axis=0)
    if prices.has("any"):
        found["total_cost"] = np.where(labour_days[0] > 0, total, 0.0)[np.newaxis], labour_days[:1]
    return found


def _counted(frame: Frame, contacts: Answered, which: np.ndarray, public: Float) -> Float:
    """How many contacts of public types there are of those, by type and cell."""
    slots = frame.all_slots
    key = contacts.type[which] * slots + contacts.slot[which]
    by_slot = np.bincount(key, minlength=len(public) * slots).reshape(len(public), slots)
    return frame.by_group(by_slot * public[:, np.newaxis])
