"""The registry of measures: name, unit, definition and estimator of every figure that is reported.

The docs, the command line and the tables read it; nothing else says what a measure means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from simcare.measures.audience_family import audience, losses
from simcare.measures.measure import (
    BY_CONTACTS,
    BY_CONTACTS_AND_DAY,
    BY_TEAM,
    DEVIATION,
    FEW,
    HOURS,
    MANY,
    MEAN,
    OF_FIRST_REPLIES,
    QUANTILE,
    SECONDS,
    STANDARD_WAITS,
    Better,
    Needs,
)
from simcare.measures.measure import Measure as Measure
from simcare.measures.names import no_such


def measure(name: str) -> Measure:
    """The measure of that name; a `UsageError` with the nearest names if there is none."""
    if name not in MEASURES:
        raise no_such("measure", name, MEASURES)
    return MEASURES[name]


SELDOM = (
    " Few leave, and one in a hundred of them decides: from 20 replications of a small desk a plain 95% "
    "interval held the truth in 91% of runs, so the interval is taken at half the chance to miss."
)

PERCENTILES = MappingProxyType(
    {
        "first_reply": (50, 90, 95, 99),
        "answer": (50, 90, 95, 99),
        "waiting": (50, 90, 95, 99),
        "resolution": (50, 90),
        "waiting_answered": (50, 90, 95, 99),
        "waiting_abandoned": (50, 90, 95, 99),
        "waiting_later": (50, 90, 95, 99),
        "waiting_all": (50, 90, 95, 99),
        FEW: (50, 90, 99),
        MANY: (50, 90, 99),
    }
)
"""The kinds of wait, and the percentiles reported of each."""

_WAITS = {
    "first_reply": (
        "time from the arrival of a contact to the end of the handling of its first reply",
        "over the contacts whose first reply was sent to a customer who had not given up",
        "over all who needed an answer and did not give up; a first reply not sent when the run ended is "
        "later than the horizon",
    ),
    "answer": (
        "time from the arrival of a contact to the start of the handling of its first reply",
        "over the contacts whose handling began before the customer gave up",
        "over all who needed an answer and did not give up; a handling not begun when the run ended is later "
        "than the horizon",
    ),
    "waiting": (
        "time that a contact waits until the handling of its first reply starts or the customer leaves, "
        "summed over its tries",
        "over all who needed an answer, but not those who gave up silently or were still waiting when "
        "the run ended",
        "over all who needed an answer, but not those who gave up silently; a wait not over when the run "
        "ended is later than the horizon",
    ),
    **{
        kind: (
            "time from the arrival of a public contact whose author has "
            f"{than} `many_followers` followers to the end of the handling of its first reply",
            "over the contacts whose first reply was sent to a customer who had not given up",
            "over all who needed an answer and did not give up; a first reply not sent when the run ended is "
            "later than the horizon",
        )
        for kind, than in ((FEW, "at most"), (MANY, "more than"))
    },
    "resolution": (
        "time from the arrival of a contact to the end of its last reply or escalated work",
        "over the conversations that came to their end",
        "over all who needed an answer and did not give up, but not conversations whose next message "
        "would come after the end; one with a reply still owed when the run ended is later than the "
        "horizon",
    ),
    "waiting_answered": (
        "time that a contact waits until the handling of its first reply starts, summed over its tries",
        "over the contacts whose handling began before the customer gave up",
        "over the contacts whose handling began before the customer gave up",
    ),
    "waiting_abandoned": (
        "time that a contact waits until the customer leaves for good, summed over its tries",
        "over the contacts whose customer left",
        "over the contacts whose customer left",
    ),
    "waiting_later": (
        "time that a further message or escalated work waits until its handling starts",
        "over those whose handling began; they count when they became ready, not when the contact arrived",
        "over all that were written or came up, counted when they became ready; a handling not begun when "
        "the run ended is later than the horizon",
    ),
    "waiting_all": (
        "time that a message or escalated work waits, first replies as in waiting, the others as in "
        "waiting_later",
        "over all whose wait was over when the run ended",
        "over all; a wait not over when the run ended is later than the horizon",
    ),
}


_IN_THE_HOUSE = {
    "queue": "messages and escalated work that wait and are in nobody's hands",
    "in_hand": "messages and escalated work that agents have in hand",
    "present": "messages and escalated work present, queue and in_hand together: the number in the system "
    "of a textbook",
    "backlog": "messages and escalated work not yet done with, waiting or in hand",
}


def _service() -> Iterator[Measure]:
    yield Measure(
        "contacts",
        "per day",
        "Contacts that arrived, whether or not they needed an answer, per day.",
        BY_CONTACTS,
        chance="given",
    )
    yield Measure(
        "actionable", "per day", "Contacts that needed an answer, per day.", BY_CONTACTS, chance="given"
    )
    yield Measure(
        "replied",
        "per day",
        "Contacts whose first reply was sent, however late, to a customer who had not given up, per day.",
        BY_CONTACTS,
        chance="count",
        better="more",
    )
    yield Measure(
        "abandoned",
        "per day",
        "Contacts whose customer left the queue before the handling of the first reply began, and did not "
        "come back, per day.",
        BY_CONTACTS,
        chance="count",
        better="less",
    )
    yield Measure(
        "abandoned_silently",
        "per day",
        "Contacts whose customer gave up before the handling of the first reply began but whose message "
        "stayed in the queue and costs its work all the same, per day.",
        BY_CONTACTS,
        chance="count",
        better="less",
    )
    yield Measure(
        "turned_away",
        "per day",
        "Contacts whose last try met a full queue, so that they never got into it, per day.",
        BY_CONTACTS,
        chance="count",
        better="less",
    )
    yield Measure(
        "open",
        "per day",
        "Contacts that needed an answer, whose customer did not give up, and whose first reply had not "
        "been sent when the run ended, per day.",
        BY_CONTACTS,
        chance="count",
        better="less",
    )
    yield Measure(
        "abandonment",
        "share",
        "Share of the contacts that needed an answer whose customer gave up, silently or not, before the "
        "handling of the first reply began.",
        BY_CONTACTS,
        chance="share",
        better="less",
        headline="each",
    )
    yield Measure(
        "tries",
        "tries",
        "Tries to get a first reply for each contact that needed an answer: one, and one more each time that "
        "the customer left or was turned away and came back.",
        BY_CONTACTS,
        least=1.0,
        better="less",
    )
    yield Measure(
        "blocked",
        "share",
        "Share of the tries that met a full queue and were turned away.",
        BY_CONTACTS,
        chance="share",
        better="less",
    )
    yield Measure(
        "service_level",
        "share",
        "Share of contacts answered within the time promised, by the formula of the promise: until "
        "handling ends for first_reply_within, until it starts for answered_within; exactly on time is "
        "in time.",
        ("contacts", "promise", "team", "interval", "day"),
        chance="share",
        better="more",
        headline="each",
    )


def _waiting() -> Iterator[Measure]:
    for waits, (what, who, who_of_quantiles) in _WAITS.items():
        dimensions = OF_FIRST_REPLIES if waits in ("first_reply", "answer") else BY_CONTACTS
        better: Better = "" if waits == "waiting_abandoned" else "less"
        needs: Needs = "followers" if waits in (FEW, MANY) else ""
        yield Measure(
            f"{waits}_mean",
            "s",
            f"Mean {what}, {who}.",
            dimensions,
            scale=SECONDS,
            better=better,
            headline="each" if waits == "first_reply" else "",
            audience=needs != "",
            needs=needs,
        )
        if waits.startswith("waiting"):
            definition = (
                f"Standard deviation of the {what}, {who}; over the waits of all replications together."
            )
            yield Measure(
                f"{waits}_sd",
                "s",
                definition,
                dimensions,
                estimator=DEVIATION,
                scale=SECONDS,
                waits=waits,
                better=better,
            )
        for percent in PERCENTILES[waits]:
            few = waits == "waiting_abandoned" and percent == 99
            yield Measure(
                f"{waits}_p{percent}",
                "s",
                f"The {percent}th percentile of the {what}, {who_of_quantiles}.{SELDOM if few else ''}",
                dimensions,
                estimator=QUANTILE,
                waits=waits,
                probability=percent / 100,
                misses=2.0 if few else 1.0,
                standard=waits in STANDARD_WAITS or bool(needs),
                better=better,
                headline="all" if needs and percent == 99 else "",
                audience=needs != "",
                needs=needs,
            )
    yield Measure(
        "waited",
        "share",
        "Share of the contacts that needed an answer that waited or left: in some try they were neither "
        "taken at once nor turned away; those who gave up silently are left out.",
        BY_CONTACTS,
        chance="share",
        better="less",
    )
    yield Measure(
        "replies_per_conversation",
        "replies",
        "Replies sent, first replies and replies to further messages but not escalated work, for each "
        "contact whose first reply was sent.",
        BY_CONTACTS,
        least=1.0,
    )
    yield Measure(
        "pausing",
        "share",
        "Share of the contacts whose first reply was sent whose customer's next message would come after "
        "the end of the run; it is neither open nor missed.",
        BY_CONTACTS,
        chance="share",
    )


def _inventory() -> Iterator[Measure]:
    for name, what in _IN_THE_HOUSE.items():
        better: Better = "" if name == "in_hand" else "less"
        yield Measure(name, "messages", f"Time average of the {what}.", BY_CONTACTS, better=better)
        yield Measure(
            f"{name}_at",
            "messages",
            f"The {what}, at an instant.",
            BY_CONTACTS,
            of=name,
            standard=False,
            better=better,
        )
    yield Measure(
        "queue_max",
        "messages",
        f"The most {_IN_THE_HOUSE['queue']} there were at any moment of the time measured.",
        BY_CONTACTS_AND_DAY,
        estimator=MEAN,
        better="less",
    )
    yield Measure(
        "backlog_max",
        "messages",
        "The most messages and escalated work not yet done with at any moment of the time measured.",
        BY_CONTACTS_AND_DAY,
        estimator=MEAN,
        better="less",
    )
    yield Measure(
        "backlog_at_close",
        "messages",
        "Messages and escalated work not yet done with at the end of the time measured, or of the day.",
        BY_CONTACTS_AND_DAY,
        estimator=MEAN,
        better="less",
        headline="all",
    )
    yield Measure(
        "oldest_open",
        "s",
        "The greatest age that any message or escalated work reached before it was done with, in the "
        "time measured.",
        BY_CONTACTS_AND_DAY,
        estimator=MEAN,
        scale=SECONDS,
        better="less",
    )
    yield Measure(
        "cleared_at",
        "h",
        "Hours from 00:00 of a day until the backlog was first empty at or after the last arrival of that "
        "day, above 24 if that was on a later day; a mean over the days with an arrival after which it was "
        "ever empty. A few nights over which work is left decide it, so the interval has room for as many of "
        "them as the replications may have missed.",
        BY_CONTACTS_AND_DAY,
        scale=HOURS,
        unseen_adds=24.0,
        better="less",
    )


def _workload() -> Iterator[Measure]:
    yield Measure(
        "staffed_hours",
        "h per day",
        "Agent hours on duty, without breaks and absence, per day.",
        BY_TEAM,
        estimator=MEAN,
        scale=HOURS,
        chance="fixed",
    )
    yield Measure(
        "on_duty",
        "agents",
        "Time average of the agents on duty, without breaks and absence; of a head count without limit, of "
        "those who are busy.",
        BY_TEAM,
        estimator=MEAN,
        chance="fixed",
    )
    yield Measure(
        "on_duty_at",
        "agents",
        "The agents on duty, without breaks and absence, at an instant.",
        BY_TEAM,
        of="on_duty",
        standard=False,
        chance="fixed",
    )
    yield Measure(
        "all_busy",
        "share",
        "Share of the time with anybody on duty in which nobody on duty is free: each has as many messages "
        "in hand as he may. Of all teams together: nobody on duty in any team is free.",
        BY_TEAM,
        chance="share",
        better="less",
    )
    yield Measure(
        "all_busy_at",
        "share",
        "Share of the days with anybody on duty at an instant on which nobody on duty is free then.",
        BY_TEAM,
        of="all_busy",
        standard=False,
        chance="share",
        better="less",
    )
    yield Measure(
        "replies",
        "per day",
        "Replies sent and escalated work done, when they were and by whom, per day; replies to customers who "
        "had given up silently are work too.",
        BY_TEAM,
        chance="count",
    )
    yield Measure(
        "busy_hours",
        "h per day",
        "Hours in which an agent has at least one message in hand, inside duty and outside it, per day.",
        BY_TEAM,
        estimator=MEAN,
        scale=HOURS,
    )
    yield Measure(
        "overtime_hours",
        "h per day",
        "Hours in which an agent has at least one message in hand outside duty (in a break, after a shift), "
        "or beyond the level of a head count, per day.",
        BY_TEAM,
        estimator=MEAN,
        scale=HOURS,
        better="less",
    )
    yield Measure(
        "occupancy",
        "share",
        "Time on duty with at least one message in hand, as a share of the time on duty; of teams without an "
        "unlimited level, which is never used up.",
        BY_TEAM,
        chance="share",
    )


def _money() -> Iterator[Measure]:
    yield Measure(
        "labour_cost",
        "{currency} per day",
        "Pay for scheduled duty inside the time measured, absence and breaks as the plan pays them, and for "
        "handling outside duty at the overtime rate, all at the premium of its hour, per day; work after the "
        "last day is not paid.",
        BY_TEAM,
        estimator=MEAN,
        scale=HOURS,
        chance="fixed",
        better="less",
        headline="all",
    )
    yield Measure(
        "waiting_cost",
        "{currency} per day",
        "Cost of the time that customers waited until the handling of the first reply started, they left or "
        "the run ended, of the contact types with a `waiting_cost`, per day; those who gave up silently "
        "are left out.",
        BY_CONTACTS,
        estimator=MEAN,
        scale=HOURS,
        better="less",
        headline="all",
    )


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        one.name: one
        for family in (_service, _waiting, _inventory, audience, _workload, _money, losses)
        for one in family()
    }
)
"""All measures by name, in the order in which they are reported."""
