"""Tables of shifts and of counts with any cells end in a scenario or in sentences, never in anything else."""

from __future__ import annotations

import csv
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcare.errors import ScenarioError
from simcare.scenario.load import load

TEXT = """\
simcare: 1
title: Tables
clock: {{start: 2026-11-23, days: 7, timezone: {zone}}}
contacts:
  ticket: {{needs: [help], arrivals: {arrivals}, handling: {{constant: 5 min}}}}
teams: {{desk: {{skills: {{help: 100%}}}}, second: {{skills: {{help: 100%}}}}}}
plans: {{today: {plan}}}
"""

DAYS = ("2026-11-23", "24.11.2026", "25/11/2026", "Mon", "Tue-Thu", "2026-11-29", "2026-11-23 00:00")
CLOCKS = ("8:00", "08:30", "22:00", "6:00", "8 am", "5 pm", "2026-11-23 10:00", "12:00-12:30", "24:00")
ODD = [
    *("", "-", "off", "x", "\0", "²", "٣:00", "nan", "inf", "1e308", "-1", "9" * 30, '"', "a,b;c\td"),
    *("0001-01-01T00:00Z", "9999-12-31T23:59-05:00", "9999-12-31 23:59", "1.1.1900", "31.12.2200", "3/4/26"),
    *("12:00-12:00", "00:00-24:00", "8:00-9:00 pm", "25:00", "0000-00-00", "2026-W48-1", "20261123T0800"),
]
CELLS = {
    **dict.fromkeys(("date", "day"), DAYS),
    **dict.fromkeys(("start", "end", "time", "break end"), CLOCKS),
    **dict.fromkeys(("agents", "n"), ("1", "2.0", "0", "12")),
    "team": ("desk", "Second"),
    "break": ("", "12:00-13:00"),
    "break start": ("", "12:00"),
}
ROSTERS = [["date", "start", "end", "team", "agents", "break"], ["start", "end", "team"]]
ROSTERS += [["day", "start", "end", "team", "break start", "break end"]]
COUNTS = [["time", "n"], ["start", "end", "n"], ["date", "time", "n"], ["day", "n"]]


@st.composite
def tables(draw: st.DrawFn, columns: list[str]) -> list[list[str]]:
    cells = {
        name: st.sampled_from(CELLS[name]) | st.sampled_from(ODD) | st.text(max_size=9) for name in columns
    }
    usual = {name: st.sampled_from(CELLS[name]) for name in columns}
    rows = st.one_of(
        st.tuples(*(usual[name] for name in columns)), st.tuples(*(cells[name] for name in columns))
    )
    return [columns, *map(list, draw(st.lists(rows, max_size=4)))]


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_any_table_ends_in_a_scenario_or_in_sentences(tmp_path: Path, data: st.DataObject) -> None:
    columns = data.draw(st.sampled_from(ROSTERS + COUNTS))
    with (tmp_path / "c.csv").open("w", encoding="utf-8", errors="replace", newline="") as out:
        csv.writer(out, delimiter=data.draw(st.sampled_from(",;\t"))).writerows(data.draw(tables(columns)))
    keys = {"by": ["dates", "weekdays"]}
    if columns in COUNTS:
        keys |= {"timezone": ["UTC", "Asia/Jakarta"], "interval": ["1 h", "25 h"]}
    else:
        keys |= {"team": ["desk"], "days": ["daily"], "dates": ["day-first"]}
    chosen = data.draw(st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in keys.items()}))
    table = "{csv: c.csv" + "".join(f", {key}: {value}" for key, value in chosen.items()) + "}"
    arrivals, plan = "{per_hour: 1}", f"{{shifts: {table}}}"
    if columns in COUNTS:
        arrivals, plan = f"{{per_interval: {table}}}", "{headcount: {desk: 1}}"
    zone = data.draw(st.sampled_from(["UTC", "Asia/Jakarta", "America/New_York"]))
    (tmp_path / "s.yaml").write_text(TEXT.format(arrivals=arrivals, plan=plan, zone=zone))
    try:
        scenario = load(tmp_path / "s.yaml")
    except ScenarioError as error:
        assert all(problem.message.startswith("expected ") for problem in error.problems)
    else:
        assert len(scenario.contacts["ticket"].arrivals.curves(scenario.clock)) == 7
