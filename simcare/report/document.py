"""The report of a run: heading, tables and sentences, as values and as text or Markdown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from simcare.experiment.result import Result
from simcare.measures.registry import MEASURES
from simcare.report.asked import TITLE as ASKED
from simcare.report.asked import asked_table
from simcare.report.audience import STRIP, strip_table, told_of_reshares
from simcare.report.day import FOLDED_NOTE, day_tables
from simcare.report.figures import LATER, LATER_NOTE, UNDEFINED, UNDEFINED_NOTE
from simcare.report.markdown import escaped, table_markdown
from simcare.report.plans import plans_table
from simcare.report.sentences import Section, sections
from simcare.report.table import Table
from simcare.report.text import WIDTH, paragraph, table_lines
from simcare.report.view import View, view_of
from simcare.scenario.asked import Asked
from simcare.scenario.clock import Clock
from simcare.scenario.quantities import format_share

LATER_FIRST, LATER_LAST = f"{LATER} (", f" to {LATER})"
"""How figures begin and end that are later than the horizon, or may be."""


@dataclass(frozen=True)
class Report:
    """What there is to say about something, from the top of the page to its end."""

    title: str
    heading: tuple[str, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    sections: tuple[Section, ...]


def report(result: Result) -> Report:
    """The report of a result."""
    view = view_of(result)
    asked = (asked_table(result, result.scenario.measures),) if result.scenario.measures else ()
    strip = (strip_table(view),) if told_of_reshares(view) else ()
    tables = (plans_table(view), *strip, *asked, *day_tables(view))
    return Report(
        title=one_line(view.scenario.title),
        heading=tuple(heading_of(view)),
        tables=tables,
        notes=tuple(_notes(view, tables)),
        sections=sections(view),
    )


def asked_report(result: Result, asked: Sequence[Asked]) -> Report:
    """The report of some measures alone."""
    view = view_of(result)
    table = asked_table(result, asked)
    return Report(
        title=one_line(view.scenario.title),
        heading=tuple(heading_of(view)),
        tables=(table,),
        notes=tuple(_asked_notes(view, table, asked)),
        sections=(),
    )


def text_lines(document: Report, width: int = WIDTH) -> Iterator[str]:
    """The report as lines of text. Tables may use the whole `width`, sentences keep to 80."""
    yield from paragraph(document.title, WIDTH)
    for line in document.heading:
        yield from paragraph(line, WIDTH)
    for table in document.tables:
        yield ""
        yield from table_lines(table, width)
    if document.notes:
        yield ""
        for note in document.notes:
            yield from paragraph(note, WIDTH)
    for section in document.sections:
        yield ""
        yield section.title
        for sentence in section.sentences:
            yield from paragraph(sentence, WIDTH, bullet="- ")


def markdown_lines(document: Report) -> Iterator[str]:
    """The report as Markdown with GitHub's tables."""
    yield f"# {escaped(document.title)}"
    yield ""
    yield "  \n".join(map(escaped, document.heading))
    for table in document.tables:
        yield ""
        yield from table_markdown(table)
    if document.notes:
        yield ""
        yield from (f"- {escaped(note)}" for note in document.notes)
    for section in document.sections:
        yield ""
        yield f"## {escaped(section.title)}"
        yield ""
        yield from (f"- {escaped(sentence)}" for sentence in section.sentences)


def one_line(text: str) -> str:
    """The text on one line, without the control characters with which a title could move a cursor."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def days_in_words(clock: Clock) -> str:
    """`Mon 23 to Sun 29 Nov 2026 (7 days), Asia/Jakarta`."""
    first, last = clock.date_of(clock.warm_up_days), clock.date_of(clock.total_days - 1)
    begin, end = _day(first).split(), _day(last).split()
    while len(begin) > 2 and begin[-1] == end[len(begin) - 1]:
        begin.pop()
    days = f"{' '.join(begin)} to {' '.join(end)} ({clock.days} days)" if clock.days > 1 else _day(first)
    warm_up = clock.warm_up_days
    before = f", after {warm_up} day{'s' if warm_up > 1 else ''} of warm-up" if warm_up else ""
    return f"{days}, {clock.timezone}{before}"


def _day(day: date) -> str:
    """`Mon 23 Nov 2026`, in English whatever the locale."""
    weekday = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{weekday} {day.day} {months[day.month - 1]} {day.year}"


def heading_of(view: View) -> Iterator[str]:
    """What a report begins with: the question, the days, how often they were replayed."""
    if view.scenario.about:
        yield one_line(view.scenario.about)
    yield days_in_words(view.scenario.clock)
    replications, seed = view.replications, view.result.header["seed"]
    if replications < 2:
        yield f"One replication, seed {seed}: figures without intervals"
    else:
        confidence = format_share(view.scenario.experiment.confidence)
        yield f"{replications:,} replications, seed {seed}; intervals (±) of {confidence} confidence"


def _notes(view: View, tables: tuple[Table, ...]) -> Iterator[str]:
    yield (
        "A contact counts in the interval in which it arrived. Arrivals, on duty, occupancy and queue are "
        "averages over the days. 90% within: of those who did not give up, 90% waited no longer."
    )
    if any(promise.hours == "open" for promise in view.scenario.service_levels):
        yield "Waits are in plain time, closed hours included; only promises in open hours leave these out."
    cells = {cell for table in tables for row in table.rows for cell in row}
    by_day = [table for table in tables[1:] if table.title not in (ASKED, STRIP)]
    if any(_folds_figures(row) for table in by_day for row in table.rows):
        yield FOLDED_NOTE
    yield from marks(cells)
    yield from (f"Note: {note}" for note in _found_by_the_run(view))


def _folds_figures(row: Sequence[str]) -> bool:
    """Is it a line for several intervals in which anything happens that would have to be explained?"""
    return "–" in row[0] and any(cell not in ("0.0", UNDEFINED) for cell in row[1:])


def _asked_notes(view: View, table: Table, asked: Sequence[Asked]) -> Iterator[str]:
    """The notes of measures alone. One that begins with the name of a measure is about that one only."""
    names = {one.measure for one in asked}
    notes = [note for note in _found_by_the_run(view) if note.split()[0] not in MEASURES.keys() - names]
    explained = {note.split()[0] for note in notes}
    undefined = {row.measure for row in view.result.asked(asked) if row.estimate is None}
    cells = {cell for row in table.rows for cell in row}
    yield from marks(cells - {UNDEFINED} if undefined <= explained else cells)
    yield from (f"Note: {note}" for note in notes)


def run_notes(view: View) -> Iterator[str]:
    """The notes of a run as lines of a report."""
    yield from (f"Note: {note}" for note in _found_by_the_run(view))


def _found_by_the_run(view: View) -> list[str]:
    """The notes that the scenario alone does not give rise to."""
    told = set(view.scenario.notes)
    return [one_line(note) for note in view.result.header["notes"] if note not in told]


def marks(cells: Collection[str]) -> Iterator[str]:
    """What the marks in a table mean that are no numbers."""
    if UNDEFINED in cells:
        yield UNDEFINED_NOTE
    if any(cell.startswith(LATER_FIRST) or cell.endswith(LATER_LAST) or cell == LATER for cell in cells):
        yield LATER_NOTE
