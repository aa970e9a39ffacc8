"""Whatever the registry lists can be compared by and checked, with the limits that its unit asks for."""

from __future__ import annotations

from typing import Any

import pytest

from simcare.experiment.check import check
from simcare.experiment.compare import compare
from simcare.measures.registry import MEASURES, Measure
from tests.experiment.desk import scenario

PUBLIC = (
    "channels={feed: {public: true}}",
    "contacts.complaint.channel=feed",
    "virality.trending=50 reshares",
    "contacts.complaint.arrivals.surges=[{name: outage, at: 12:00, times: 3, hold: 1 h}]",
    "costs={lost_customer: 100 EUR, churn_unanswered: 15%, thousand_unanswered: 2 EUR, crisis: 1000 EUR}",
)
PILED = (*PUBLIC[:2], "virality={pile_on: 40%, reshares_of_a_complaint: 2}")
ALL = [one for one in MEASURES.values() if one.needs != "pile-on"]
OF_PILED = [one for one in MEASURES.values() if one.needs == "pile-on"]
WORLDS = pytest.mark.parametrize(("world", "measures"), [(PUBLIC, ALL), (PILED, OF_PILED)])
"""Incidents that trend are not asked for where reshares are complaints themselves."""

PLANS = ["today", "more"]
LIMITS = {"share": "0%", "s": "0 s", "h": "0 h", "h per day": "0 h", "EUR per day": "0 EUR"}


def asked(measure: Measure) -> dict[str, Any]:
    named = {"measure": measure.of or measure.name}
    promise = {"promise": "half an hour"} if measure.name == "service_level" else {}
    return named | promise | ({"at": "12:00"} if measure.at_instant else {})


@WORLDS
def test_every_measure_can_be_compared_by(world: tuple[str, ...], measures: list[Measure]) -> None:
    wanted = [asked(one) for one in measures]
    rows = compare(scenario(*world), plans=PLANS, replications=3, measures=wanted).rows
    assert [row.measure for row in rows] == [one.name for one in measures]
    for row in rows:
        if row.estimate is not None and row.estimate_against is not None and row.difference is not None:
            assert (
                abs(row.difference - (row.estimate - row.estimate_against)) <= 1e-6 * abs(row.estimate) + 1e-9
            )
        if row.lower is not None and row.upper is not None and row.difference is not None:
            assert row.lower <= row.difference <= row.upper, row


@WORLDS
def test_every_measure_can_be_checked(world: tuple[str, ...], measures: list[Measure]) -> None:
    """None is below nothing; against another plan and against a baseline too, where that can be."""
    checks: list[dict[str, Any]] = []
    for one in measures:
        limit = LIMITS.get(one.unit.format(currency="EUR"), 0)
        checks.append(asked(one) | {"at_least": limit, "plan": "more"})
        checks.append(asked(one) | {"at_least": "1% of today", "plan": "more"})
        if not (one.probability or one.waits or one.tail):
            checks.append(asked(one) | {"same_as": "baseline", "margin": limit, "plan": "more"})
    given = scenario(*world)
    kept = check(given, checks, keep_baseline=True, plans=PLANS, replications=3).baseline
    rows = check(given, checks, baseline=kept, plans=PLANS, replications=3, max_replications=3).rows
    assert len(rows) == len(checks)
    for row in rows:
        undefined = row.figure is None or row.estimate is None or row.lower is None
        assert row.verdict == "holds" or undefined or row.kind == "ratio", row
        if row.kind == "value":
            assert row.warning.startswith(f"{row.measure} is never below"), row
