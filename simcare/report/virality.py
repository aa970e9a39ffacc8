"""How public complaints spread: every parameter in force, how well it is known, from where, who set it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from simcare.report.document import Report, days_in_words, one_line
from simcare.report.sentences import Section
from simcare.report.table import Column, Table
from simcare.scenario.laws import Law
from simcare.scenario.quantities import format_share
from simcare.scenario.scenario import Scenario
from simcare.scenario.virality import BESIDE_VIEWS, TWEETS, TYPICAL_FOLLOWERS, InForce, written

NOTHING_PUBLIC = "No contact type comes by a public channel: nobody reads along."

EVIDENCE = (
    "measured: fitted to public data; published: from a publication; assumed: nobody has measured it; given: "
    "this scenario says so."
)


class ViralityRow(NamedTuple):
    """One parameter as it holds for a contact type.

    ``grade`` is measured, published or assumed of a default and given of what the scenario sets, ``set_by``
    where. ``range`` is where it is found in practice.
    """

    channel: str
    contacts: str
    parameter: str
    meaning: str
    value: str
    grade: str
    range: str
    source: str
    set_by: str


def virality_rows(scenario: Scenario) -> tuple[ViralityRow, ...]:
    """The parameters in force, by public contact type."""
    return tuple(row for name in scenario.public_contacts for row in _rows(scenario, name))


def virality_report(scenario: Scenario) -> Report:
    """The parameters as tables, one a channel, and their sources as sentences."""
    rows = virality_rows(scenario)
    return Report(
        title=one_line(scenario.title),
        heading=(
            *([one_line(scenario.about)] if scenario.about else []),
            days_in_words(scenario.clock),
            "How public complaints spread, and how well that is known",
        ),
        tables=tuple(_tables(rows)),
        notes=(EVIDENCE,) if rows else (NOTHING_PUBLIC,),
        sections=(Section("Where the defaults come from", tuple(_sources(rows))),) if rows else (),
    )


def _rows(scenario: Scenario, name: str) -> Iterator[ViralityRow]:
    contact = scenario.contacts[name]
    channel = contact.channel or ""
    words = scenario.virality_of(name)
    if words["views"].value is not None:
        yield from (_row(channel, name, key, one) for key, one in words.items() if key in BESIDE_VIEWS)
        return
    law, own = scenario.followers_of(name), f"contacts.{name}"
    assert law is not None
    given = contact.followers is not None
    yield ViralityRow(
        channel,
        name,
        "followers",
        "followers of the authors",
        _followers(law),
        "given" if given else "measured",
        "median 150–1,200",
        "" if given else TWEETS,
        f"{own}.followers" if given else "",
    )
    if contact.vips is not None:
        vips = f"{contact.vips.followers:,} for {format_share(contact.vips.share)}"
        yield ViralityRow(channel, name, "vips", "followers of vips", vips, "given", "", "", f"{own}.vips")
    if contact.severity != 1:
        yield ViralityRow(
            channel,
            name,
            "severity",
            "severity",
            f"× {contact.severity:g}",
            "given",
            "",
            "",
            f"{own}.severity",
        )
    its_own = () if isinstance(words["kernel"].value, str) else ("view_half_life",)
    for key, one in words.items():
        if key not in ("views", *its_own):
            yield _row(channel, name, key, one)


def _row(channel: str, name: str, key: str, one: InForce) -> ViralityRow:
    return ViralityRow(
        channel,
        name,
        key,
        one.known.what,
        written(key, one.value),
        "given" if one.set_by and not one.set_by.startswith("network") else one.known.grade,
        one.known.range,
        one.known.source,
        one.set_by,
    )


def _followers(law: Law) -> str:
    if law == TYPICAL_FOLLOWERS:
        return "median 350, p99 15,000"
    return f"mean {law.mean:,.0f}"


def _tables(rows: Sequence[ViralityRow]) -> Iterator[Table]:
    """A table for each set of contact types of a channel of which all holds alike."""
    types = list(dict.fromkeys((row.channel, row.contacts) for row in rows))
    alike: dict[tuple[str, tuple[tuple[str, ...], ...]], list[str]] = {}
    for channel, name in types:
        told: tuple[tuple[str, ...], ...] = tuple(
            (row.meaning, row.value, row.grade, row.range, row.set_by)
            for row in rows
            if (row.channel, row.contacts) == (channel, name)
        )
        alike.setdefault((channel, told), []).append(name)
    columns = (
        Column("", "left"),
        Column("in force", "left"),
        Column("evidence", "left"),
        Column("range", "left"),
    )
    for (channel, told), names in alike.items():
        yield Table(f"Channel {channel}: {', '.join(names)}", columns, tuple(row[:4] for row in told))


def _sources(rows: Sequence[ViralityRow]) -> Iterator[str]:
    """Each source with what comes from it; then what the scenario sets itself."""
    by_source: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.grade != "given":
            by_source.setdefault((row.grade, row.source), []).append(row.meaning)
    for (grade, source), meanings in by_source.items():
        yield f"{', '.join(dict.fromkeys(meanings))}: {grade}, {source}."
    for row in rows:
        if row.grade == "given":
            yield f"{row.meaning}: {row.value}, from {row.set_by}."
