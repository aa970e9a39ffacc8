"""`simcare theory`."""

from __future__ import annotations

import csv
import io
import json
import math
import re

import pytest

from simcare.cli.main import code_of
from simcare.report.formulas import FORMULAS

Capture = pytest.CaptureFixture[str]

PALM = ["theory", "erlang-a", "--handling", "3 min", "--patience", "60 min", "--within", "15 min"]
DESK = ["theory", "erlang-a", "--handling", "6 min", "--patience", "20 min", "--within", "3 min"]
TANNER = ["theory", "erlang-c", "--arrivals", "360 per 30 min", "--handling", "4 min", "--within", "15 s"]


def done(arguments: list[str], capsys: Capture) -> str:
    """What it prints, with single spaces."""
    assert code_of(arguments) == 0, capsys.readouterr().err
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80 or "--format" in arguments
    return re.sub(" +", " ", text)


def found(arguments: list[str], capsys: Capture) -> dict[str, object]:
    answer: dict[str, object] = json.loads(done([*arguments, "--format", "json"], capsys))
    return answer


def test_a_large_desk_where_other_programs_underflow(capsys: Capture) -> None:
    text = done([*PALM, "--arrivals", "2000 per 30 min", "--agents", "195"], capsys)
    assert "a load of 200 erlangs" in text
    assert "answered within 15 min 97.4%" in text


def test_tanners_worked_example(capsys: Capture) -> None:
    """360 calls in half an hour, 4 minutes each, 55 agents, 15 seconds (M. Tanner, The Erlang-C Formula)."""
    text = done([*TANNER, "--agents", "55"], capsys)
    for line in (
        "answered within 15 s 84.6%",
        "have to wait 23.9%",
        "occupancy 87.3%",
    ):
        assert line in text
    assert "wait, mean 8.2 s" in text
    assert found([*TANNER, "--target", "84.5%"], capsys)["agents"] == 55


def test_agents_for_a_target_stand_between_too_few_and_more(capsys: Capture) -> None:
    text = done([*DESK, "--arrivals", "60/h", "--target", "90%"], capsys)
    assert "8 agents are needed for 90% answered within 3 min" in text
    assert "target 90% missed missed met met met" in text


def test_the_arrivals_that_a_team_can_take_are_found_again(capsys: Capture) -> None:
    most = found([*DESK, "--agents", "8", "--target", "90%"], capsys)["arrivals_per_hour"]
    assert isinstance(most, float)
    for arrivals, agents in ((most * 0.9999, 8), (most * 1.0001, 9)):
        assert (
            found([*DESK, "--arrivals", f"{arrivals:.6f}/h", "--target", "90%"], capsys)["agents"] == agents
        )


def test_units_of_rates_are_one_rate(capsys: Capture) -> None:
    answers = [
        done([*DESK, "--agents", "8", "--arrivals", rate, "--format", "csv"], capsys)
        for rate in (
            "60/h",
            "1/min",
            "1 per min",
            "30 per 30 min",
            "1_440 per day",
            "1,440/day",
            "60 per hour",
        )
    ]
    assert len(set(answers)) == 1
    (row,) = csv.DictReader(io.StringIO(answers[0]))
    assert row["agents"] == "8" and float(row["load"]) == 6.0


def test_no_agents_and_no_patience_have_answers(capsys: Capture) -> None:
    nobody = done([*DESK, "--arrivals", "60/h", "--agents", "0"], capsys)
    assert "leave unanswered 100.0%" in nobody and "occupancy –" in nobody
    blocked = found(
        ["theory", "erlang-b", "--arrivals", "1/min", "--handling", "3 min", "--agents", "4"], capsys
    )
    at_once = found(
        [*DESK[:2], "--handling", "3 min", "--patience", "0 s", "--arrivals", "1/min", "--agents", "4"],
        capsys,
    )
    assert blocked["answers"][0]["blocked"] == pytest.approx(at_once["answers"][0]["abandonment"])  # type: ignore[index]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (DESK, "expected --arrivals and --agents, or a --target to find one of them for"),
        ([*DESK, "--agents", "3"], "expected --arrivals, or a --target to find one of them for"),
        ([*DESK, "--target", "90%"], "--target: expected --arrivals or --agents beside it, got neither"),
        ([*TANNER[:-2], "--target", "90%"], "--target: expected --within beside it: answered how soon?"),
        (
            [*DESK, "--arrivals", "60", "--agents", "3"],
            "expected a rate such as 60/h or 2000 per 30 min, got '60'",
        ),
        (
            [*DESK, "--arrivals", "-1/h", "--agents", "3"],
            "expected a rate such as 60/h or 2000 per 30 min, got '-1/h'",
        ),
        ([*DESK, "--arrivals", "0/h", "--agents", "3"], "expected a rate such as"),
        ([*DESK, "--arrivals", "1/lunch", "--agents", "3"], "expected a rate such as"),
        (
            [*DESK, "--arrivals", "60/h", "--target", "100%"],
            "expected a share above 0% to below 100%, got '100%'",
        ),
        ([*TANNER, "--agents", "48"], "load: 48 erlangs need more than 48 agents, or the queue grows on"),
        (
            [*DESK, "--agents", "0", "--target", "90%"],
            "--agents: expected at least 1 to find what they can take, got 0",
        ),
    ],
)
def test_what_is_wrong_is_said(arguments: list[str], message: str, capsys: Capture) -> None:
    assert code_of(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and message in captured.err and len(captured.err.splitlines()) == 1


# --- every formula -----------------------------------------------------------------------------------------

BASICS = ["--arrivals", "60/h", "--handling", "6 min"]
WITHIN = ["--within", "3 min"]
MORE = {
    "erlang-b": [],
    "erlang-c": WITHIN,
    "erlang-a": ["--patience", "20 min", *WITHIN],
    "any-patience": ["--patience", "20 min", "--patience-law", "lognormal", "--patience-cv", "2", *WITHIN],
    "queue-limit": ["--queue-limit", "4", "--leaves-at-once", "0: 10%, 3: 50%", *WITHIN],
    "retrials": ["--tries-again", "80%", "--after", "5 min"],
    "constant-handling": WITHIN,
    "any-handling": ["--cv", "1.2", *WITHIN],
    "priorities": ["--shares", "20%, 80%", *WITHIN],
    "erlang-r": ["--returns", "25%", "--pause", "16 min", *WITHIN],
    "chats": ["--pace", "100%, 160%", "--patience", "20 min", *WITHIN],
    "square-root": [],
}


def test_every_formula_is_tried() -> None:
    assert MORE.keys() == FORMULAS.keys()


@pytest.mark.parametrize("formula", MORE)
def test_a_formula_finds_the_agents_and_then_the_arrivals(formula: str, capsys: Capture) -> None:
    ask = ["theory", formula, *MORE[formula], *BASICS[2:]]
    text = done([*ask, *BASICS[:2], "--target", "80%"], capsys)
    assert "needed for 80% answered" in text and " met" in text
    needed = found([*ask, *BASICS[:2], "--target", "80%"], capsys)
    agents = needed["agents"]
    (row,) = [row for row in needed["answers"] if row["agents"] == agents]  # type: ignore[attr-defined]
    reached = next(value for name, value in row.items() if name.startswith("answered"))
    assert reached >= 0.8
    fewer = [row for row in needed["answers"] if row["agents"] == agents - 1]  # type: ignore[attr-defined, operator]
    assert all(
        next(value for name, value in row.items() if name.startswith("answered")) < 0.8 for row in fewer
    )
    most = found([*ask, "--agents", str(agents), "--target", "80%"], capsys)["arrivals_per_hour"]
    assert most >= 60  # type: ignore[operator]
    csv_rows = list(
        csv.DictReader(io.StringIO(done([*ask, *BASICS[:2], "--agents", "12", "--format", "csv"], capsys)))
    )
    assert csv_rows[0]["agents"] == "12" and float(csv_rows[0]["load"]) == pytest.approx(6)


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["priorities", "--shares", "20%,80%", "--agents", "7"], ["wait, mean 3.7 min", "20% 38.1 s"]),
        (["any-patience", "--patience", "20 min", "--agents", "8", *WITHIN], ["answered within 3 min 91.6%"]),
        (["any-patience", "--patience", "0 s", "--agents", "7"], ["leave unanswered 18.5%"]),
        (["queue-limit", "--queue-limit", "0", "--agents", "7"], ["turned away 18.5%"]),
        (["any-handling", "--cv", "0", "--agents", "7"], ["wait, mean 1.8 min", "An approximation"]),
        (["constant-handling", "--agents", "7"], ["wait, mean 1.9 min", "have to wait 59.2%"]),
        (["erlang-r", "--returns", "25%", "--pause", "1 h", "--agents", "9"], ["visits of a customer 1.333"]),
        (["chats", "--pace", "100%,200%,300%", "--agents", "3"], ["time in hand, mean 6.0 min"]),
        (["square-root", "--agents", "9"], ["quality: (agents − load)/√load 1.225"]),
        (["retrials", "--tries-again", "0%", "--after", "1 h", "--agents", "7"], ["in the end 18.5%"]),
    ],
)  # fmt: skip
def test_known_desks(arguments: list[str], lines: list[str], capsys: Capture) -> None:
    text = done(["theory", *arguments, *BASICS], capsys)
    assert all(line in text for line in lines), text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["any-patience", "--patience", "1 h", "--patience-law", "lognorml"], "did you mean 'lognormal'?"),
        (
            ["any-patience", "--patience", "1 h", "--patience-cv", "2"],
            "--patience-cv: expected it beside --patience-law lognormal",
        ),
        (["priorities", "--shares", "20%,70%"], "expected shares of all contacts that make up 100%"),
        (["queue-limit", "--leaves-at-once", "3: 50%,1: 20%"], "in order, each number once"),
        (["queue-limit", "--leaves-at-once", "many"], "expected a share such as 30%, or shares from"),
        (["erlang-r", "--returns", "100%", "--pause", "1 h"], "--returns: expected a share"),
        (["erlang-r", "--returns", "50%", "--pause", "1 h"], "12 erlangs need more than 9 agents"),
        (["chats", "--pace", "100%,0%"], "--pace: expected a number such as 1.2"),
        (["retrials", "--tries-again", "80%"], "missing option '--after'"),
    ],
)
def test_what_is_wrong_with_a_parameter_is_said(arguments: list[str], message: str, capsys: Capture) -> None:
    assert code_of(["theory", *arguments, *BASICS, "--agents", "9"]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and message in captured.err and len(captured.err.splitlines()) == 1


def test_a_share_below_one_is_never_told_as_all(capsys: Capture) -> None:
    ask = ["theory", "erlang-c", *BASICS, *WITHIN, "--target", "99.9999999%"]
    text = done(ask, capsys)
    assert "needed for 99.9999999% answered within 3 min" in text and "100" not in text
    assert "above 99.999999%" in text


def test_times_in_hours_are_told_in_hours_and_minutes(capsys: Capture) -> None:
    # M/M/1 at 96% of its capacity: a mean wait of 24 times the handling.
    text = done(["theory", "erlang-c", "--arrivals", "9.6/h", *BASICS[2:], "--agents", "1"], capsys)
    assert "wait, mean 2 h 24 min" in text


def test_rows_under_a_row_stay_so_in_markdown(capsys: Capture) -> None:
    ask = ["theory", "erlang-c", *BASICS, "--agents", "7", "--format", "markdown"]
    assert "| &nbsp;&nbsp;of those who have to | 6.0 min |" in done(ask, capsys)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["erlang-c", *BASICS, "--agents", "0"],
            "--agents: expected a whole number of at least 1, got 0",
        ),
        (["erlang-x"], "did you mean 'erlang-a' or 'erlang-b' or 'erlang-c' or 'erlang-r'?"),
        (
            ["priorities", "--arrivals", "70/h", *BASICS[2:], "--agents", "7", "--shares", "20%,80%"],
            "load: 7 erlangs need more than 7 agents",
        ),
        (
            ["constant-handling", "--arrivals", "9.9999/h", *BASICS[2:], "--agents", "1"],
            "close to 1 agent for this formula",
        ),
        (
            ["chats", *BASICS, "--agents", "200", "--pace", "100%,160%,180%"],
            "or simulate the desk with simcare run",
        ),
    ],
)
def test_messages_name_what_was_asked_and_a_way_out(
    arguments: list[str], message: str, capsys: Capture
) -> None:
    assert code_of(["theory", *arguments]) == 2
    assert message in capsys.readouterr().err


# --- a scenario ---------------------------------------------------------------------------------------------

ONE_AGENT = ["--set", "contacts.question.handling={exponential: {mean: 3 min}}", "--plan", "one"]


def test_a_scenario_is_solved(tiny: str, capsys: Capture) -> None:
    """M/M/1, 6 an hour and 20 completions an hour: a reply is sent within 15 min with 1 − exp(−14/4)."""
    text = done(["theory", "time-varying", tiny, *ONE_AGENT], capsys)
    assert "Plan one, by time of arrival" in text
    (one,) = json.loads(done(["theory", "time-varying", tiny, *ONE_AGENT, "--format", "json"], capsys))
    assert one["occupancy"] == pytest.approx(0.3, abs=0.01)  # from an empty desk on
    assert one["by_interval"]["in_time"]["first reply within 15 min"][-1] == pytest.approx(
        1 - math.exp(-14 / 4)
    )
    assert done(["theory", "time-varying", tiny, *ONE_AGENT, "--format", "markdown"], capsys).startswith(
        "# Tiny"
    )


def test_the_exact_answer_stands_beside_the_simulation(tiny: str, capsys: Capture) -> None:
    run = ["run", tiny, "--theory", "--engine", "reference", "--replications", "20"]
    text = done([*run, *ONE_AGENT], capsys)
    line = next(
        line
        for line in text.splitlines()
        if line.startswith("messages waiting, on average") and "±" not in line
    )
    simulated, error, exact, off = map(float, line.split()[-4:])
    assert abs(exact - 0.3**2 / 0.7) < 0.01  # from an empty desk on
    assert off == pytest.approx((simulated - exact) / error, abs=0.06)
    nearest = done([*run, *ONE_AGENT, "--set", "contacts.question.queue_limit=3"], capsys)
    assert "Plan one: no exact answer, for the queue has a limit." in " ".join(nearest.split())


def test_where_there_is_no_exact_answer_the_reason_is_an_error(tiny: str, capsys: Capture) -> None:
    change = "contacts.question.queue_limit=3"
    assert code_of(["theory", "time-varying", tiny, "--plan", "one", "--set", change]) == 2
    assert capsys.readouterr().err == "simcare: no exact answer for plan one: the queue has a limit\n"
    assert code_of(["run", tiny, "--theory", "--format", "csv"]) == 2
    assert "--theory: expected the whole report" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change", ["plans.one.headcount.desk=100000", "contacts.question.arrivals={per_hour: 3000000}"]
)
def test_a_solution_that_would_take_hours_is_not_begun(change: str, tiny: str, capsys: Capture) -> None:
    assert code_of(["theory", "time-varying", tiny, *ONE_AGENT, "--set", change]) == 2
    assert "steps of up to" in capsys.readouterr().err


def test_what_few_replications_may_show_is_not_called_impossible(tiny: str, capsys: Capture) -> None:
    run = ["run", tiny, "--theory", "--engine", "reference", *ONE_AGENT, "--replications"]
    few, many = (" ".join(done([*run, number], capsys).split()) for number in ("2", "100"))
    assert (
        "with 2 replications, beyond 10,050 it is" in few
        and "with 100 replications, beyond 4.2 it is" in many
    )
    alone = done([*run, "1"], capsys)
    assert "nan" not in alone and "it takes two replications" in alone


def test_without_an_exact_answer_the_nearest_formula_and_its_error(tiny: str, capsys: Capture) -> None:
    run = ["run", tiny, "--theory", "--engine", "reference", "--set", "contacts.question.queue_limit=3"]
    text = done(run, capsys)
    assert "Beside the exact answer" not in text and "Beside the nearest formula" in text
    assert "error: by how much the formula is above the simulated figure." in text
    assert "The limit of the queue is left out." in " ".join(text.split())


def test_as_json_the_formula_is_a_key_of_its_own(tiny: str, capsys: Capture) -> None:
    run = ["run", tiny, "--engine", "reference", *ONE_AGENT, "--format", "json"]
    plain, asked = (json.loads(done([*run, *more], capsys)) for more in ([], ["--theory"]))
    (one,) = asked.pop("theory")
    assert plain == asked
    assert (one["plan"], one["exact"], one["beyond"]) == ("one", True, [])
    queue = next(figure for figure in one["figures"] if figure["measure"] == "queue")
    off = (queue["simulated"] - queue["formula"]) / queue["standard_error"]
    assert queue["off"] == pytest.approx(off, rel=1e-6)
    assert queue["apart"] == pytest.approx(queue["formula"] / queue["simulated"] - 1, rel=1e-6)


def test_the_load_follows_the_surge(tiny: str, capsys: Capture) -> None:
    surge = [
        "--set",
        "contacts.question.arrivals={steps: {per_hour: {00:00: 0, 12:00: 60, 13:00: 0}}}",
        *ONE_AGENT,
    ]
    surge += [
        "--set",
        "contacts.question.handling={exponential: {mean: 30 min}}",
        "--set",
        "clock.interval=1 h",
    ]
    text = done(["theory", "offered-load", tiny, *surge], capsys)
    rows = json.loads(done(["theory", "offered-load", tiny, *surge, "--format", "json"], capsys))
    load = [row["load"] for row in rows]
    # In the surge 30·(1 − exp(−t/30)), averaged over its 60 minutes; then what is left of it.
    assert load[12] == pytest.approx(30 * (1 - (1 - math.exp(-2)) / 2), rel=1e-3)
    assert load[13] == pytest.approx(30 * (1 - math.exp(-2)) * (1 - math.exp(-2)) / 2, rel=1e-3)
    assert rows[12]["at_once"] == pytest.approx(30, rel=1e-3) and rows[13]["at_once"] == 0
    assert rows[13]["agents"] > rows[13]["agents_at_once"] == 0
    assert "\n12:00 60.0 30.0 17.0 " in text and "agents for 80%" in text
    assert len(done(["theory", "offered-load", tiny, *surge, "--format", "csv"], capsys).splitlines()) == 25
    changes = [
        *surge[:2],
        *ONE_AGENT[2:],
        "--set",
        "contacts.question.handling={constant: 20 h}",
        *surge[-2:],
    ]
    rows = json.loads(done(["theory", "offered-load", tiny, *changes, "--format", "json"], capsys))
    for row in rows:  # all of each contact's work, also what reaches past the last day
        assert row["at_once"] == pytest.approx(20 * row["contacts"], rel=1e-9)
    assert code_of(["theory", "offered-load", tiny, "--day", "sun"]) == 2
    assert "a weekday that is simulated (mon), got sun" in capsys.readouterr().err
