"""A promise to some of several contact types: its waits are pooled, as if the types were one."""

from __future__ import annotations

import pytest

from simcare.experiment.run import run
from simcare.report.document import report, text_lines
from simcare.scenario.load import loads

TEXT = """
simcare: 1
title: Three types
clock: {{interval: 12 h}}
contacts:
  urgent: {{needs: [talk], arrivals: {{per_hour: 6}}, handling: {{exponential: {{mean: 5 min}}}}}}
  normal: {{needs: [talk], arrivals: {{per_hour: 9}}, handling: {{exponential: {{mean: 8 min}}}}}}
  {third}
teams: {{desk: {{skills: {{talk: 100%}}}}}}
plans: {{only: {{headcount: {{desk: 2}}}}, more: {{headcount: {{desk: 3}}}}}}
service_levels: [{{contacts: {whom}, answered_within: 5 min, target: 80%, name: soon}}]
experiment: {{replications: 8}}
"""
LATE = "late: {needs: [talk], arrivals: {per_hour: 1e-6}, handling: {constant: 1 min}}"


def test_waits_under_a_shared_promise_are_those_of_its_types_alone() -> None:
    """A third type of which nobody ever is makes the promise one to some; the figures stay."""
    some = run(loads(TEXT.format(third=LATE, whom="[urgent, normal]")))
    whole = run(loads(TEXT.format(third="", whom="all")))
    for measure in ("answer_mean", "answer_p50", "answer_p99"):
        for interval in ("", "12:00"):
            shared = some.estimate(measure, plan="only", promise="soon", interval=interval)
            together = whole.estimate(measure, plan="only", interval=interval)
            assert shared[7:10] == pytest.approx(together[7:10])
            assert some.estimate(measure, plan="only", interval=interval).promise == ""
        difference = some.difference(measure, "more", "only", promise="soon")
        assert difference[7:10] == pytest.approx(whole.difference(measure, "more", "only")[7:10])
    assert not some.select(measure="first_reply_p50", promise="soon", plan="only")


def test_the_report_gives_waits_of_a_shared_promise() -> None:
    some = run(loads(TEXT.format(third=LATE, whom="[urgent, normal]")))
    lines = list(text_lines(report(some)))
    begin = next(number for number, line in enumerate(lines) if line in ("urgent, normal", "normal, urgent"))
    assert [line.split("  ")[1] for line in lines[begin + 1 : begin + 6]] == [
        "soon",
        "",
        "answer, mean",
        "answer, median",
        "answer, 90% within",
    ]
