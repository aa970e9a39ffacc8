"""Loading end to end: what a scenario holds, its hash, its notes, its size, and how long it takes."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.errors import ScenarioError, TooLarge
from simcare.scenario.clock import Clock
from simcare.scenario.load import load, loads
from simcare.scenario.quantities import DAY, HOUR, MINUTE, Money
from simcare.scenario.scenario import Scenario
from simcare.scenario.size import size_of
from simcare.scenario.source import plain
from simcare.scenario.yaml_reading import read_yaml
from tests.scenario.texts import SMALL, changed


def test_everything_written_is_there(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(SMALL)
    scenario = load(path)
    assert scenario.source == str(path)
    assert (scenario.simcare, scenario.title, scenario.about) == (1, "Small", None)
    assert scenario.contact_names == ("complaint", "question")
    assert scenario.team_names == ("desk", "engineers")
    assert scenario.plan_names == ("today", "level")
    assert scenario.currency == "EUR"
    assert scenario.channels["feed"].public is True
    complaint = scenario.contacts["complaint"]
    assert (complaint.channel, complaint.needs, complaint.actionable, complaint.silent) == (
        "feed",
        ("network",),
        1.0,
        0.3,
    )
    assert complaint.patience is not None
    assert (complaint.patience.law.mean, complaint.patience.leaves_at_once) == (3 * HOUR, ((0, 0.0),))
    assert complaint.conversation is not None
    assert complaint.conversation.again == 0.43
    assert complaint.escalates is not None
    assert (complaint.escalates.to, complaint.escalates.chance) == ("radio", 0.08)
    assert scenario.contacts["question"].handling.by_team["desk"].mean == 5 * MINUTE
    assert scenario.teams["desk"].skills == {"network": 800_000, "billing": 1_000_000}
    assert scenario.teams["desk"].cost == Money(30.0, "EUR")
    (promise,) = scenario.service_levels
    assert (promise.contacts, promise.kind, promise.within) == (("complaint",), "first_reply", 15 * MINUTE)
    assert (promise.target, promise.definition, promise.short) == (0.9, "of_all", 5_000)
    assert promise.name == "first reply within 15 min"
    experiment = scenario.experiment
    assert (experiment.replications, experiment.seed, experiment.confidence) == (20, 7, 0.95)
    assert (scenario.drain.staff, scenario.drain.duration) == ("calendar", 7 * DAY)


def test_defaults_of_what_may_be_left_out() -> None:
    text = """
simcare: 1
title: Least
contacts: {a: {needs: [s], arrivals: {per_hour: 1}, handling: {constant: 1 min}}}
teams: {d: {skills: {s: 100%}}}
plans: {p: {headcount: {d: 1}}}
"""
    scenario = loads(text)
    assert scenario.clock == Clock()
    assert scenario.clock.start == date(2026, 1, 5)
    assert (scenario.clock.days, scenario.clock.timezone, scenario.clock.interval) == (1, "UTC", 30 * MINUTE)
    assert (scenario.experiment.replications, scenario.experiment.seed) == (100, 1)
    assert (scenario.service_levels, scenario.currency, scenario.traces, scenario.notes) == ((), None, {}, ())
    contact = scenario.contacts["a"]
    assert (contact.channel, contact.patience, contact.followers, contact.teams) == (None, None, None, ())


def test_the_clock_counts_from_the_warm_up() -> None:
    clock = loads(changed(("timezone: UTC", "timezone: UTC, warm_up: 3 days"))).clock
    assert (clock.warm_up_days, clock.total_days, clock.intervals_per_day) == (3, 5, 48)
    assert (clock.measured_from_ms, clock.horizon_ms) == (3 * DAY, 5 * DAY)
    assert clock.first_day == date(2026, 1, 2)
    assert (clock.date_of(3), clock.weekday_of(3), clock.weekday_of(0)) == (date(2026, 1, 5), 0, 4)


def test_all_means_every_type_and_ranks_keep_their_groups() -> None:
    scenario = loads(
        changed(
            ("contacts: complaint", "contacts: all, name: badge, definition: of_answered"),
            ("    silent: 30%\n", "    silent: 30%\n    teams: [engineers, [desk]]\n"),
        )
    )
    assert scenario.service_levels[0].contacts == ("complaint", "question")
    assert (scenario.service_levels[0].name, scenario.service_levels[0].definition) == (
        "badge",
        "of_answered",
    )
    assert scenario.contacts["complaint"].teams == (("engineers",), ("desk",))


def test_a_scenario_travels_to_other_processes() -> None:
    scenario = loads(SMALL)
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_a_scenario_is_final() -> None:
    scenario = loads(SMALL)
    with pytest.raises(AttributeError):
        scenario.title = "other"  # type: ignore[misc]
    with pytest.raises(Exception, match="frozen"):
        scenario.clock.days = 3


# --- The hash -----------------------------------------------------------------------------------------------


def shuffled(value: Any, draw: st.DrawFn) -> Any:
    if isinstance(value, dict):
        return {key: shuffled(value[key], draw) for key in draw(st.permutations(list(value)))}
    return [shuffled(item, draw) for item in value] if isinstance(value, list) else value


@st.composite
def same_scenario(draw: st.DrawFn) -> str:
    root = read_yaml(SMALL, "s").root
    assert root is not None
    return json.dumps(shuffled(plain(root), draw))  # JSON is YAML


@settings(max_examples=20)
@given(same_scenario())
def test_the_order_of_keys_changes_no_hash(text: str) -> None:
    assert loads(text).hash == loads(SMALL).hash


@pytest.mark.parametrize(
    "same",
    [
        ("title: Small", "title: Other\nabout: words"),
        ("replications: 20", "replications: 999"),
        ("15 min, target", "900 s, target"),
        ("19:00: 160", "19:00: 160.0"),
        ("title: Small", "title: Small  # a comment"),
        ("days: mon-fri", "days: [mon, tue, wed, thu, fri]"),
        ("experiment: {", "measures: [{measure: queue, at: 19:30}]\nexperiment: {"),
    ],
)
def test_what_means_the_same_run_has_the_same_hash(same: tuple[str, str]) -> None:
    assert loads(changed(same), name="elsewhere.yaml").hash == loads(SMALL).hash


@pytest.mark.parametrize(
    "other",
    [
        ("seed: 7", "seed: 8"),
        ("19:00: 160", "19:00: 161"),
        ("agents: 5", "agents: 6"),
        ("shrinkage: 12%", "shrinkage: 13%"),
        ("30 EUR/h", "31 EUR/h"),
        ("target: 90%", "target: 91%"),
        ("  level:", "  flat:"),
        ("timezone: UTC", "timezone: Asia/Jakarta"),
        ("replications: 20", "confidence: 90%"),
    ],
)
def test_what_means_another_run_has_another_hash(other: tuple[str, str]) -> None:
    assert loads(changed(other)).hash != loads(SMALL).hash


def test_the_rows_of_a_trace_are_part_of_the_hash_and_its_path_is_not(tmp_path: Path) -> None:
    def hash_of(name: str, rows: str) -> str:
        (tmp_path / name).write_text(rows)
        arrivals = f"{{trace: {name}, column: at}}"
        text = changed(("{per_day: 200, shape: bank-calls-us-2003}", arrivals))
        return loads(text, folder=str(tmp_path)).hash

    rows = "at\n2026-01-05T10:00:00Z\n"
    assert hash_of("a.csv", rows) == hash_of("b.csv", rows + "\n")
    assert hash_of("a.csv", rows) != hash_of("a.csv", "at\n2026-01-05T10:00:01Z\n")


# --- Notes and size -----------------------------------------------------------------------------------------


def test_notes_name_what_may_not_be_meant() -> None:
    assert loads(SMALL).notes == (
        "plan level: the level of desk from 22:00, 2, holds over midnight until 08:00",
    )
    text = changed(
        ("start: 2026-01-05, days: 2, timezone: UTC", "start: 2026-10-20, days: 7, timezone: Europe/Berlin"),
        ("at: 19:00, chance", "at: 00:10, jitter: 20 min, chance"),
        ("22:00: 2", "22:00: 0"),
    )
    assert loads(text).notes == (
        "clocks change on 2026-10-25 in Europe/Berlin; simulated days have 24 hours of wall clock",
        "surge outage of complaint can begin before 00:00, on the day before its own",
    )


def test_parts_of_scale_that_no_simulated_day_meets_are_told() -> None:
    parts = "day 9: 200%, 2027-01-01 18:00–22:00: 200%, 2026-01-04 22:00–02:00: 50%, sun: 80%, day 2: 150%"
    assert loads(changed(("weekdays: {sat: 120%}", f"scale: {{{parts}}}"))).notes[0] == (
        "scale of complaint on day 9, 2027-01-01 changes nothing: the simulated days are 2026-01-05 to "
        "2026-01-06"
    )


def test_the_size_of_a_run_is_estimated() -> None:
    text = changed(
        ("per_hour: {00:00: 8, 19:00: 160, 24:00: 8}", "per_hour: 100"),
        ("sat: 120%", "tue: 200%"),
        ("chance: 15%, times: 4, hold: 45 min", "chance: 50%, times: 3, hold: 6 h"),
    )
    size = size_of(loads(text))
    # Monday and a doubled Tuesday; the surge holds from 19:00 to 01:00 and adds (3 - 1)/2 on average
    complaints = 100 * 24 * 3 + 0.5 * 2 * 100 * 6 * 3
    assert size.contacts == pytest.approx(complaints + 2 * 200)
    assert size.steps == pytest.approx(complaints * (1 + 0.08 + 0.43 / 0.57) + 2 * 200)


def test_a_run_too_large_for_memory_is_refused_unless_allowed() -> None:
    large = ("days: 2", "days: 3_000"), ("19:00: 160", "19:00: 16_000")
    message = (
        r"expected a run that needs at most 8 GB of memory, got one of about [\d,.]+ GB .* --allow-large"
    )
    with pytest.raises(TooLarge, match=message):
        loads(changed(*large))
    assert loads(changed(*large), allow_large=True).clock.days == 3_000
    with pytest.raises(TooLarge):
        loads(changed(("days: 2", "days: 3_000"), ("agents: 5", "agents: 100_000")))


def test_a_hundred_wide_plans_load_in_reasonable_time() -> None:
    teams = "\n".join(f"  t{i}: {{skills: {{s{i}: 100%}}}}" for i in range(100))
    contacts = "\n".join(
        f"  c{i}: {{needs: [s{i}], arrivals: {{per_hour: 1}}, handling: {{constant: 1 min}}}}"
        for i in range(100)
    )
    counts = ", ".join(f"t{i}: {i + 1}" for i in range(100))
    plans = "\n".join(f"  p{i}: {{headcount: {{{counts}}}}}" for i in range(50))
    began = process_time()
    scenario = loads(f"simcare: 1\ntitle: Wide\nteams:\n{teams}\ncontacts:\n{contacts}\nplans:\n{plans}\n")
    assert process_time() - began < 5
    assert len(scenario.plans) == 50


# --- The language stays light -------------------------------------------------------------------------------


def test_loading_imports_no_numpy_and_is_quick() -> None:
    program = (
        "import sys, time\n"
        "from simcare.scenario.load import loads\n"
        "from simcare.scenario.json_schema import json_schema\n"
        "from tests.scenario.texts import SMALL\n"
        "loads(SMALL); json_schema()\n"
        "began = time.process_time()\n"
        "for _ in range(5): loads(SMALL)\n"
        "heavy = {'numpy', 'scipy', 'jinja2', 'matplotlib', 'numba', 'pandas', 'simpy', 'joblib'}"
        " & set(sys.modules)\n"
        "print(sorted(heavy), (time.process_time() - began) / 5 < 0.1)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[] True\n"


def test_scenario_is_what_load_returns() -> None:
    assert isinstance(loads(SMALL), Scenario)
    with pytest.raises(ScenarioError):
        loads("[]")
