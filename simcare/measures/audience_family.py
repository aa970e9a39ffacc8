"""What is said of the measures of the audience of public complaints."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from simcare.measures.measure import BY_CONTACTS, MEAN, RATIO, TAIL, Measure, Tail

WORST: tuple[tuple[Tail, str], ...] = (
    ("value at risk", "One day in twenty has more than this"),
    ("expected shortfall", "The worst one day in twenty has this many on average"),
)
"""Figures of the worst days, and what each says."""

Public = partial(Measure, audience=True)
OfReshares = partial(Public, of_reshares=True)

VIEWS = "Views are impressions, not people"

ASSUMED = {
    "if_answers_calm": "if an answer left 30% of reshares, one from a template 60% and the end 10%",
    "if_answers_stir": "if an answer left 110% of reshares, one from a template as many and the end 60%",
    "if_views_come_sooner": "if views came twice as fast",
    "if_views_come_later": "if views came half as fast",
    "if_reshares_end": "if reshares brought no further reshares",
    "if_reshares_go_on": "if each reshare brought 0.3 further ones",
}
"""Other assumptions, one at a time: the end of a measure's name, and what is assumed (`sensitivity`)."""


def audience() -> Iterator[Measure]:
    """The measures of who sees complaints, and of crises."""
    yield Public(
        "impressions",
        "per day",
        "Views of public complaints, of the posts and of their reshares, when they are seen, per day. "
        f"{VIEWS}.",
        BY_CONTACTS,
        estimator=MEAN,
    )
    yield Public(
        "unanswered_impressions",
        "per day",
        "Views of public complaints that nobody has answered yet, when they are seen, per day.",
        BY_CONTACTS,
        estimator=MEAN,
        better="less",
        headline="all",
    )
    yield Public(
        "unanswered_share",
        "share",
        "Share of the views of public complaints that are seen without an answer.",
        BY_CONTACTS,
        estimator=RATIO,
        chance="share",
        better="less",
    )
    yield OfReshares(
        "reshares",
        "per day",
        "Reshares of public complaints, reshares of reshares included, when they happen, per day.",
        BY_CONTACTS,
        estimator=MEAN,
        better="less",
    )
    for name, what in (
        ("impressions", "Views of the public complaints that arrive then, whenever they are seen"),
        ("unanswered_impressions", "Views without an answer of the public complaints that arrive then"),
        ("reshares", "Reshares of the public complaints that arrive then, whenever they happen"),
    ):
        yield Public(
            f"{name}_of_arrivals",
            "per day",
            f"{what}, per day.",
            BY_CONTACTS,
            estimator=MEAN,
            standard=False,
            of_reshares=name == "reshares",
        )
    yield Public(
        "acknowledged",
        "share",
        "Share of the public contacts that needed an answer whose acknowledgement was sent within the plan's "
        "`acknowledge_within`; undefined in a plan without.",
        BY_CONTACTS,
        chance="share",
        better="more",
        standard=False,
    )
    yield OfReshares(
        "crisis_probability",
        "share",
        "Share of days on which some complaint that arrives becomes a crisis: it gets as many reshares as "
        "`crisis_at` says, in all; its chance is worked out, not counted.",
        BY_CONTACTS,
        estimator=MEAN,
        chance="share",
        better="less",
    )
    yield OfReshares(
        "crises_per_year",
        "per year",
        "Complaints that become a crisis, per 365 days like these; their chance is worked out, not counted. "
        "It hangs on what is hardly known, so read it beside other assumptions.",
        BY_CONTACTS,
        estimator=MEAN,
        scale=365.0,
        better="less",
        headline="all",
    )
    yield OfReshares(
        "trending_probability",
        "share",
        "Share of incidents that trend: all complaints together that arrive while a surge lasts get as many "
        "reshares as `trending` says, in the end. Surges of one name and day are one incident, which counts "
        "when it begins; its chance is worked out, not counted.",
        ("day",),
        chance="share",
        better="less",
        needs="trending",
        headline="all",
    )
    yield OfReshares(
        "piled_on",
        "per day",
        "Contacts that came by pile-on, reshares of complaints that are complaints themselves, per day; they "
        "are among all contacts too.",
        BY_CONTACTS,
        estimator=MEAN,
        better="less",
        needs="pile-on",
        headline="all",
    )
    yield Public(
        "told_of_bad",
        "per day",
        "People who hear of a bad experience by word of mouth: 53 for each public contact that nobody "
        "answered (American Express, Global Customer Service Barometer 2012), per day.",
        BY_CONTACTS,
        estimator=MEAN,
        better="less",
    )
    yield Public(
        "told_of_good",
        "per day",
        "People who hear of a good experience by word of mouth: 42 for each public contact that was replied "
        "to within its shortest promise, or at all if nothing is promised (American Express, Global Customer "
        "Service Barometer 2012), per day.",
        BY_CONTACTS,
        estimator=MEAN,
        better="more",
    )
    for which, what in WORST:
        yield Public(
            f"exposure_{which.replace(' ', '_')}",
            "per day",
            f"{what}: views without an answer of the public complaints that arrive on a day, whenever they "
            "are seen; heat, and followers where no plan looks at them, are drawn anew on the same days. Few "
            "days do not say how high it may be: below some 60 days the interval mostly has no upper bound.",
            (),
            estimator=TAIL,
            better="less",
            tail=which,
        )
    for key, assumed in ASSUMED.items():
        yield Public(
            f"unanswered_impressions_{key}",
            "per day",
            f"Views of public complaints that nobody has answered yet, {assumed}, per day.",
            (),
            estimator=MEAN,
        )
        yield OfReshares(
            f"crises_per_year_{key}",
            "per year",
            f"Complaints that become a crisis, {assumed}, per 365 days like these.",
            (),
            estimator=MEAN,
            scale=365.0,
        )


def losses() -> Iterator[Measure]:
    """The measures of what is lost beside pay, each of scenarios that give its price."""
    yield Measure(
        "lost_customers",
        "per day",
        "Customers lost because nobody answered them: the share `churn_unanswered` of the contacts whose "
        "customer left, gave up silently, was turned away or was still open when the run ended, per day.",
        BY_CONTACTS,
        estimator=MEAN,
        better="less",
        price="lost_customer",
    )
    yield Measure(
        "churn_cost",
        "{currency} per day",
        "Cost of the lost customers, at the price of `lost_customer`, per day.",
        BY_CONTACTS,
        estimator=MEAN,
        better="less",
        price="lost_customer",
    )
    yield Public(
        "exposure_cost",
        "{currency} per day",
        "Cost of the unanswered impressions, at the price of a thousand, `thousand_unanswered`, per day.",
        BY_CONTACTS,
        estimator=MEAN,
        better="less",
        price="thousand_unanswered",
    )
    yield OfReshares(
        "crisis_cost",
        "{currency} per day",
        "Cost of the crises to be expected, at the price of a `crisis`, per day.",
        BY_CONTACTS,
        estimator=MEAN,
        better="less",
        price="crisis",
    )
    yield Measure(
        "total_cost",
        "{currency} per day",
        "Labour, waiting, lost customers, unanswered impressions and crises together, those of them that "
        "have a price, per day.",
        ("interval", "day"),
        estimator=MEAN,
        better="less",
        headline="all",
        price="any",
    )
