"""Checks as a table and sentences, with a sign and a word for each verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from simcare.experiment.check import CheckResult
from simcare.experiment.verdicts import Checked
from simcare.report.comparison import figure_words, whose
from simcare.report.document import Report, days_in_words, one_line
from simcare.report.figures import UNDEFINED, UNDEFINED_NOTE, Found, amount, duration, share, signed
from simcare.report.sentences import Section
from simcare.report.table import Column, Table
from simcare.report.view import shown_promises
from simcare.scenario.quantities import format_share

MARKS = {"holds": "✓", "fails": "✗", "undecided": "?"}
"""A sign for each verdict, so that colour is never needed."""


def check_report(result: CheckResult, narrow: bool = True) -> Report:
    """The report of the checks of a scenario; not `narrow` where a line may be as long as it likes."""
    table = _table(result, narrow)
    notes = [UNDEFINED_NOTE] if any(row[-1] == UNDEFINED for row in table.rows) else []
    told = set(result.scenario.notes)
    notes += [f"Note: {one_line(note)}." for note in result.header["notes"] if note not in told]
    notes += [f"Note: check {number} cannot fail: {why}." for number, why in _needless(result)]
    return Report(
        title=one_line(result.scenario.title),
        heading=(days_in_words(result.scenario.clock), f"Seed {result.header['seed']}; {summary(result)}"),
        tables=(table,),
        notes=tuple(notes),
        sections=tuple(_sections(result)),
    )


def summary(result: CheckResult) -> str:
    """How many hold and how many do not: `2 of 3 checks hold, 1 fails`."""
    count = Counter(row.verdict for row in result.rows)
    total = len(result.rows)
    if count["holds"] == total:
        return f"all {total} checks hold" if total > 1 else "the check holds"
    told = [
        f"{count['holds']} of {total} checks hold" if count["holds"] != 1 else f"1 of {total} checks holds"
    ]
    if count["fails"]:
        told.append(f"{count['fails']} fail{'s' * (count['fails'] == 1)}")
    if count["undecided"]:
        told.append(f"{count['undecided']} {'is' if count['undecided'] == 1 else 'are'} undecided")
    return ", ".join(told)


def what(row: Checked, result: CheckResult) -> str:
    """What a check is about: its name, or of whom and by which measure."""
    if row.name:
        return row.name
    who, words = whose(row, shown_promises(result.scenario)), figure_words(row, result.scenario)
    return words if who == "the desk" else f"{who}, {words}"


def found(row: Checked) -> str:
    """What was found, beside the limit: the figure, a share of the other plan's, or a difference."""
    told = Found(row.estimate, row.lower, row.upper)
    if row.kind == "difference":
        return signed(told, row.unit)
    if row.kind == "ratio":
        bounds = (None if one is None else 100 * one for one in (row.estimate, row.lower, row.upper))
        return UNDEFINED if row.estimate is None else f"{amount(Found(*bounds), 1)}%"
    if row.unit == "share":
        return share(told, row.limit)
    return duration(told) if row.unit == "s" else amount(told)


def sentence(row: Checked, result: CheckResult) -> str:
    """A check in one sentence: `plan late-shift: …: found 92.2% ± 1.5%, wanted at least 90%`."""
    text = found(row)
    return (
        f"plan {row.plan}: {what(row, result)}: found {'undefined' if text == UNDEFINED else text}, "
        f"wanted {row.wanted}"
    )


def _table(result: CheckResult, narrow: bool) -> Table:
    """Grouped by plan and by whom the checks are about; where it is narrow, each has two lines."""
    groups: dict[str, list[Checked]] = {}
    for row in result.rows:
        groups.setdefault(_heading(row, result), []).append(row)
    lines: list[tuple[str, ...]] = []
    for heading, rows in groups.items():
        lines.append((heading,))
        for row in rows:
            verdict = f"{MARKS[row.verdict]} {row.verdict}"
            words = row.name or figure_words(row, result.scenario)
            if narrow:
                lines += [(verdict, words, ""), ("", f"  {row.wanted}", found(row))]
            else:
                lines.append((verdict, words, row.wanted, found(row)))
    wanted = () if narrow else (Column("wanted", "left"),)
    head = "check and what is wanted" if narrow else "check"
    columns = (Column("", "left"), Column(head, "left"), *wanted, Column("found"))
    return Table("Checks", columns, tuple(lines))


def _heading(row: Checked, result: CheckResult) -> str:
    who = whose(row, shown_promises(result.scenario))
    return f"plan {row.plan}: {who}"


def _needless(result: CheckResult) -> Iterator[tuple[int, str]]:
    yield from dict.fromkeys((row.check, row.warning) for row in result.rows if row.warning)


def _sections(result: CheckResult) -> Iterator[Section]:
    open_ones = [row for row in result.rows if row.verdict != "holds"]
    if open_ones:
        lines = [
            f"{row.verdict.capitalize()}: {sentence(row, result)}{_where(row)}. {_why(row)}".rstrip()
            for row in open_ones
        ]
        yield Section("What does not hold", tuple(lines))
    yield Section("How sure", tuple(_how_sure(result)))


def _where(row: Checked) -> str:
    return f" ({row.file}:{row.line})" if row.line else ""


def _why(row: Checked) -> str:
    if row.verdict != "undecided":
        return ""
    if row.figure is None or row.estimate is None:
        return "There was nothing to measure."
    if row.lower is None and row.upper is None:
        return "So few replications cannot tell how far chance moves it."
    return f"The interval holds the limit still with {row.replications:,} replications; more may tell."


def _how_sure(result: CheckResult) -> Iterator[str]:
    alpha = 1 - result.header["confidence"]
    most = max(row.replications for row in result.rows)
    yield (
        "A check holds if its whole interval is on the right side of the limit and fails if all of it is on "
        f"the wrong side; otherwise replications are doubled, from {result.header['replications']:,} up to "
        f"{result.header['max_replications']:,}. It took {most:,}."
    )
    yield (
        f"A verdict is wrong with a chance of at most {format_share(alpha / 2)}, however often was looked: "
        "each look spends half of the chance of error that is left, so that the first has intervals of "
        f"{format_share(1 - alpha / 2)} confidence."
    )
