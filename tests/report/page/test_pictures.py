"""What figures say: lines of a shift table, findings, and tables that agree with the result."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.experiment.run import run
from simcare.report.figures import Found, share
from simcare.report.page.material import Material
from simcare.report.page.picture import Picture
from simcare.report.page.pictures import shifts
from simcare.report.page.pictures.reply_time import reply_time_picture, seen_before
from simcare.report.page.pictures.reshared import reshared_picture
from simcare.report.page.pictures.service_map import service_map
from simcare.report.page.pictures.shifts import Bar, Line
from simcare.report.table import Column, Table
from simcare.report.view import view_of
from simcare.scenario.load import loads
from tests.report.page.pages import evening, one_plan

ROWS = """
simcare: 1
title: A table with a row for each person and day
clock: {start: 2026-11-23, days: 2, interval: 6 h}
contacts: {question: {needs: [care], arrivals: {per_hour: 1}, handling: {exponential: {mean: 6 min}}}}
teams: {desk: {skills: {care: 100%}}}
plans:
  table:
    shifts:
      - {team: desk, days: mon, from: 08:00, to: 16:00, agents: 1}
      - {team: desk, days: mon, from: 08:00, to: 16:00, agents: 1}
      - {team: desk, days: tue, from: 08:00, to: 16:00, agents: 1}
      - {team: desk, days: daily, from: 22:00, to: 06:00, agents: 3, breaks: [{at: 01:00, for: 1 h}]}
  level: {headcount: {desk: {06:00: 4, 12:00: 2, 18:00: 0}}}
"""


def test_people_of_a_team_at_one_time_are_counted_day_by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shifts, "MOST_LINES", 3)
    result = run(loads(ROWS), replications=1)
    material = Material(view_of(result))
    assert material.by_run
    day, night = shifts.lines_of(material, result.scenario.plan("table"))
    assert day == Line("up to 2 desk 08:00–16:00", (Bar(8, 16, 1), Bar(32, 40, 0.5)))
    hours = [(0, 1), (2, 6), (22, 25), (26, 30), (46, 48)]
    assert night == Line("3 desk 22:00–06:00", tuple(Bar(begin, end, 1) for begin, end in hours))
    (level,) = shifts.lines_of(material, result.scenario.plan("level"))
    bars = (Bar(6, 12, 1), Bar(12, 18, 0.5), Bar(30, 36, 1), Bar(36, 42, 0.5))
    assert level == Line("desk, up to 4", bars)


def test_the_table_of_a_figure_has_the_figures_of_the_result() -> None:
    view = view_of(evening())
    picture = service_map(Material(view))
    assert picture is not None
    under = [row for row in picture.table.rows if row[0] == "19:00"]
    assert len(under) == len(view.promises)
    for row, promise in zip(under, view.promises, strict=True):
        for told, plan in zip(row[1:], view.plans, strict=True):
            found = evening().estimate(
                "service_level", plan=plan, promise=promise.name, contacts=promise.contacts, interval="19:00"
            )
            expected = share(Found(found.estimate, found.lower, found.upper), promise.target)
            assert told == f"{expected}, {view.verdict(plan, promise, '19:00')}"


def test_where_a_line_of_reshares_crosses_the_crisis_it_tells_the_crises_a_year() -> None:
    material = Material(view_of(evening()))
    place = material.days.often.index(100)
    for plan in material.plans:
        expected = evening().estimate("crises_per_year", plan=plan).estimate
        assert material.days.reshared[plan][place] == pytest.approx(expected, rel=1e-9)
        assert (np.diff(material.days.reshared[plan]) < 0).all()
    picture = reshared_picture(material)
    assert picture is not None
    assert picture.table.rows[place][0] == "100 reshares or more"


ONE_COMPLAINT = """
simcare: 1
title: One kind of complaint
channels: {x: {public: true}}
contacts:
  complaint:
    channel: x
    needs: [care]
    arrivals: {per_hour: 1}
    handling: {constant: 6 min}
    followers: {gamma: {mean: 800, cv: 1}}
    vips: {share: 1%, followers: 1M}
teams: {desk: {skills: {care: 100%}}}
plans: {today: {headcount: {desk: 1}}}
virality: {kernel: exponential, view_half_life: 30 min, reshares_of_a_complaint: RESHARES}
"""


def test_half_of_the_views_are_gone_after_the_half_life_and_more_come_later_with_reshares() -> None:
    minutes = np.array([0.0, 30.0, 60.0, 1e6])
    alone = seen_before(loads(ONE_COMPLAINT.replace("RESHARES", "0")), "complaint", minutes)
    assert alone == pytest.approx([0.0, 0.5, 0.75, 1.0])
    reshared = seen_before(loads(ONE_COMPLAINT.replace("RESHARES", "2")), "complaint", minutes)
    assert reshared[[0, 3]] == pytest.approx([0.0, 1.0])
    assert (reshared[1:3] < alone[1:3]).all()


def test_where_nobody_reads_along_no_figure_is_about_readers() -> None:
    material = Material(view_of(one_plan()))
    assert reply_time_picture(material) is None
    assert reshared_picture(material) is None


@pytest.mark.parametrize(
    "words", ["0.12345 of 1.98765", "#ffffff", "url(#m1) href=#m2 id=three; font-family: a", "$x$"]
)
def test_what_is_written_in_a_figure_is_not_touched(words: str) -> None:
    table = Table("", (Column(""),), ())
    picture = Picture(
        "name", "A title", "", "", 40, lambda figure: figure.text(0.1, 0.5, words) and None, table
    )
    assert f">{words}</text>" in picture.svg()
    assert f">{words}</text>" in picture.inline()
