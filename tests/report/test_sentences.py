"""The sentences say nothing that the tables do not say."""

from __future__ import annotations

import re

import pytest

from simcare.report.document import Report, report
from simcare.report.figures import Found
from simcare.report.sentences import MOST_WINDOWS, replications_to_settle
from tests.report.made import PROMISES, TARGETS, Made, random_result, result

SEEDS = range(50)


@pytest.fixture(scope="module")
def reports() -> list[tuple[Made, Report]]:
    made = [random_result(seed) for seed in SEEDS]
    return [(one, report(result(one))) for one in made]


def plan_cells(document: Report, plan: str, contacts: str) -> tuple[str, str]:
    """What the table of plans says of a promise: its service level and its verdict."""
    table = document.tables[0]
    column = [one.name for one in table.columns].index(plan)
    rows = list(table.rows)
    at = rows.index((contacts,))
    level, verdict = rows[at + 1], rows[at + 2]
    assert level[0] == PROMISES[contacts]
    assert verdict[0].strip().startswith("target")
    return level[column], verdict[column]


def day_rows(document: Report, plan: str, contacts: str) -> list[dict[str, str]]:
    """The rows of the interval table, by the names of the columns."""
    table = next(one for one in document.tables if one.title.startswith(f"{plan}: {contacts},"))
    names = [one.name.replace("\n", " ") for one in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def sentence(document: Report, plan: str, contacts: str) -> str:
    section = next(one for one in document.sections if one.title.split(",")[0] == f"Plan {plan}")
    return next(one for one in section.sentences if one.startswith(f"{contacts}, {PROMISES[contacts]}:"))


def promises(reports: list[tuple[Made, Report]]) -> list[tuple[Report, str, str]]:
    return [
        (document, plan, contacts)
        for made, document in reports
        for plan in made.scenario.plan_names
        for contacts in made.scenario.contact_names
    ]


def test_the_sentence_gives_the_level_and_verdict_of_the_table(reports: list[tuple[Made, Report]]) -> None:
    seen = set()
    for document, plan, contacts in promises(reports):
        level, verdict = plan_cells(document, plan, contacts)
        said = sentence(document, plan, contacts)
        seen.add(verdict)
        if verdict == "undefined":
            assert level == "–"
            assert "undefined" in said
            continue
        assert f"{PROMISES[contacts]}: {level} in time" in said
        if verdict == "undecided":
            assert f"whether the target of {TARGETS[contacts]:.0%} is met is undecided." in said
        else:
            assert f"the target of {TARGETS[contacts]:.0%} is {verdict}." in said
    assert seen == {"met", "missed", "undecided", "undefined"}


def ends_of(rows: list[dict[str, str]]) -> list[str]:
    """When each row of an interval table ends: it says so, or the next one begins."""
    starts = [row["from"].split("–")[0] for row in rows]
    return [
        row["from"].split("–")[1] if "–" in row["from"] else after
        for row, after in zip(rows, [*starts[1:], "24:00"], strict=True)
    ]


def minutes(clock: str) -> int:
    hours, rest = clock.split(":")
    return 60 * int(hours) + int(rest)


def test_the_sentence_names_the_hours_that_the_table_calls_missed(reports: list[tuple[Made, Report]]) -> None:
    named = 0
    for document, plan, contacts in promises(reports):
        rows = day_rows(document, plan, contacts)
        missed: set[int] = set()
        for row, end in zip(rows, ends_of(rows), strict=True):
            if row["promise"] == "missed":
                missed |= set(range(minutes(row["from"].split("–")[0]), minutes(end)))
        said = sentence(document, plan, contacts)
        verdicts = {row["promise"] for row in rows} - {"–"}
        windows = re.search(r" Missed (\d\d:\d\d–.*?)[;.] ?", said + " ")
        if not missed or verdicts == {"missed"}:
            assert windows is None
            assert ("Missed in every interval of the day." in said) == (
                verdicts == {"missed"} and len(rows) > 1
            )
            continue
        assert windows is not None, (said, rows)
        spans = re.findall(r"(\d\d:\d\d)–(\d\d:\d\d)", windows[1])
        told: set[int] = set()
        for start, end in spans:
            first, last = minutes(start), minutes(end)
            told |= set(range(first, last)) if first < last else {*range(first, 1440), *range(last)}
        if " more" in windows[1]:
            assert len(spans) == MOST_WINDOWS
            assert told < missed
        else:
            assert told == missed
        named += 1
    assert named > 50


def test_the_interval_hit_hardest_stands_in_the_table_with_the_same_figures(
    reports: list[tuple[Made, Report]],
) -> None:
    named = 0
    for document, plan, contacts in promises(reports):
        said = sentence(document, plan, contacts)
        worst = re.search(
            r"The largest number is missed at (\d\d:\d\d)–[\d:]+: ([\d.]+) arrivals a day, (.+?) in time[.;]",
            said,
        )
        if worst is None:
            continue
        row = next((one for one in day_rows(document, plan, contacts) if one["from"] == worst[1]), None)
        if row is None:
            continue  # it stands in a folded line
        assert (row["arrivals"], row["service level"]) == (worst[2], worst[3])
        named += 1
    assert named > 50


def test_the_longest_waits_of_the_sentence_are_the_longest_of_the_table(
    reports: list[tuple[Made, Report]],
) -> None:
    kinds = set()
    for document, plan, contacts in promises(reports):
        said = sentence(document, plan, contacts)
        if "The largest number is missed at" not in said:
            continue
        rows = day_rows(document, plan, contacts)
        name = "first reply 90% within" if contacts == "complaint" else "answer 90% within"
        waits = {row["from"].split("–")[0]: row[name].removeprefix("≤ ") for row in rows}
        told = re.search(r"waits longer than (.+)\.$", said)
        later = "more than one in ten of those who stay are not answered before the run ends" in said
        assert later == ("later" in waits.values())
        if not later:
            assert (told is None) == (set(waits.values()) == {"–"})
        if told is not None:
            assert max((one for one in waits.values() if one != "–"), key=seconds) == told[1]
        where = re.search(r"the longest waits are at (\d\d:\d\d)–", said)
        if where is not None and where[1] in waits and told is not None and len(waits) == len(rows):
            folded = any(row["from"].startswith(f"{where[1]}–") for row in rows)
            assert folded or waits[where[1]] == told[1]
        kinds.add("later" if later else "there too" if "there the waits" in said else "elsewhere")
    assert kinds == {"later", "there too", "elsewhere"}


def seconds(text: str) -> float:
    sizes = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "day": 86_400, "days": 86_400}
    return sum(float(size) * sizes[unit] for size, unit in re.findall(r"([\d.]+) ([a-z]+)", text))


def test_what_is_not_counted_as_met_or_missed_is_counted_as_undecided(
    reports: list[tuple[Made, Report]],
) -> None:
    counted = 0
    for document, plan, contacts in promises(reports):
        rows = day_rows(document, plan, contacts)
        said = re.search(r"ndecided in (\d+) of (\d+) intervals", sentence(document, plan, contacts))
        if said is None or any("–" in row["from"] for row in rows):
            continue
        verdicts = [row["promise"] for row in rows if row["promise"] != "–"]
        assert (int(said[1]), int(said[2])) == (verdicts.count("undecided"), len(verdicts))
        counted += 1
    assert counted > 50


def bounds(text: str) -> tuple[float, float] | None:
    """The bounds in per cent that a reader takes from a share with its interval; None if it has none."""
    numbers = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", text)]
    if "±" in text:
        return numbers[0] - numbers[1], numbers[0] + numbers[1]
    if "≥" in text:
        return numbers[1], 100.0
    if "≤" in text:
        return 0.0, numbers[1]
    return (numbers[1], numbers[2]) if "to" in text else None


def test_the_verdict_can_be_read_off_the_printed_interval(reports: list[tuple[Made, Report]]) -> None:
    read = 0
    for document, plan, contacts in promises(reports):
        target = 100 * TARGETS[contacts]
        cells = [plan_cells(document, plan, contacts)]
        cells += [(row["service level"], row["promise"]) for row in day_rows(document, plan, contacts)]
        for level, verdict in cells:
            shown = bounds(level)
            if shown is None:
                continue
            lower, upper = shown
            expected = "met" if lower >= target - 1e-9 else "missed" if upper < target - 1e-9 else "undecided"
            assert verdict == expected, (level, target)
            read += 1
    assert read > 1000


def test_a_folded_line_never_contradicts_its_verdict(reports: list[tuple[Made, Report]]) -> None:
    folded = 0
    for document, plan, contacts in promises(reports):
        target = 100 * TARGETS[contacts]
        for row in day_rows(document, plan, contacts):
            if "–" not in row["from"] or row["service level"] == "–":
                continue
            lowest, *_, highest = (float(one) for one in 2 * row["service level"].rstrip("%").split("–"))
            assert lowest <= highest
            if row["promise"] == "met":
                assert lowest >= target
            else:
                assert row["promise"] == "missed"
                assert highest < target
                assert row["on duty"] == "0.0"
            folded += 1
    assert folded > 5


def test_a_difference_says_whether_it_can_be_told_from_chance(reports: list[tuple[Made, Report]]) -> None:
    kinds = set()
    for made, document in reports:
        for contacts in made.scenario.contact_names:
            said = sentence(document, "late-shift", contacts)
            if "undefined" in said:
                continue
            row = result(made).difference(
                "service_level", "late-shift", "today", contacts=contacts, promise=PROMISES[contacts]
            )
            if row.estimate is None:
                assert "today" not in said
            elif row.estimate == 0:
                assert ", the same as today" in said
                kinds.add("same")
            elif row.lower is not None and row.upper is not None and row.lower <= 0 <= row.upper:
                assert ", not distinguishable from today" in said
                kinds.add("not distinguishable")
            else:
                word = "more" if row.estimate > 0 else "less"
                size = re.search(rf"in time \(of all\), ([\d.]+) points .*?{word} than today", said)
                assert size is not None, said
                assert float(size[1]) == pytest.approx(abs(100 * row.estimate), abs=0.05001)
                kinds.add(word)
    assert kinds == {"same", "not distinguishable", "more", "less"}


def test_how_sure_is_told_as_the_table_of_plans_shows_it(reports: list[tuple[Made, Report]]) -> None:
    told = 0
    for made, document in reports:
        said = re.search(r"known to within ([\d.]+) points", " ".join(document.sections[-1].sentences))
        cells = [
            plan_cells(document, plan, contacts)[0]
            for plan in made.scenario.plan_names
            for contacts in made.scenario.contact_names
        ]
        off = [0.0]
        for cell in cells:
            shown = bounds(cell)
            if shown is not None:
                estimate = float(cell.split("%")[0])
                off.append(max(shown[1] - estimate, estimate - shown[0]))
        if said is not None:
            assert float(said[1]) == pytest.approx(max(off), abs=0.1)
            told += 1
    assert told > 10


# --- how many replications ---------------------------------------------------------------------------------


def test_four_times_the_replications_halve_an_interval_that_must_shrink_to_half() -> None:
    assert replications_to_settle(Found(0.92, 0.88, 0.96), 0.9, 50) == 200


def test_the_side_towards_the_target_counts() -> None:
    assert replications_to_settle(Found(0.88, 0.80, 0.92), 0.9, 50) == 200


def test_it_is_rounded_up_to_two_figures() -> None:
    # 50 × (0.05 / 0.03)² = 138.9
    assert replications_to_settle(Found(0.93, 0.88, 0.98), 0.9, 50) == 140


def test_an_estimate_at_the_target_cannot_be_settled() -> None:
    assert replications_to_settle(Found(0.9, 0.88, 0.92), 0.9, 50) is None
    assert replications_to_settle(Found(0.9001, 0.88, 0.92), 0.9, 50) is None


def test_without_an_interval_nothing_is_foretold() -> None:
    assert replications_to_settle(Found(0.9), 0.8, 1) is None
