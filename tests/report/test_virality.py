from __future__ import annotations

from simcare.report.document import text_lines
from simcare.report.virality import NOTHING_PUBLIC, virality_report, virality_rows
from simcare.scenario.load import loads
from simcare.scenario.virality import EITHER, KNOWN
from tests.scenario.texts import SMALL, changed

RICH = changed(
    ("{public: true}", "{public: true, network: facebook, virality: {seen_by: 2%}}"),
    ("silent: 30%", "silent: 30%\n    vips: {share: 0.1%, followers: 1M}\n    severity: 3"),
) + ("virality: {heat: off, impatient: {after: 2 h, reshares: 120%}}\n")


def test_every_parameter_is_told_with_its_grade_and_source() -> None:
    rows = virality_rows(loads(RICH))
    assert {row.parameter for row in rows} == {*KNOWN, "followers", "vips", "severity"} - {EITHER[1], "views"}
    for row in rows:
        assert row.grade in ("measured", "published", "assumed", "given")
        assert row.set_by if row.grade == "given" else row.source
    of = {row.parameter: row for row in rows}
    assert (of["seen_by"].value, of["seen_by"].set_by) == ("2%", "channels.feed.virality")
    assert (of["view_half_life"].value, of["view_half_life"].grade) == ("55 min", "published")
    assert (of["vips"].value, of["severity"].value) == ("1,000,000 for 0.1%", "× 3")


def test_the_table_fits_a_terminal_and_stays_one() -> None:
    lines = list(text_lines(virality_report(loads(RICH))))
    assert max(map(len, lines)) <= 80
    assert sum(line.startswith("Channel") for line in lines) == 1
    assert any(line.split() == ["tail", "of", "their", "heat", "off", "given", "1.3–1.8"] for line in lines)


def test_private_scenarios_have_no_audience() -> None:
    private = loads(SMALL.replace("{public: true}", "{public: false}"))
    assert virality_rows(private) == ()
    assert NOTHING_PUBLIC in list(text_lines(virality_report(private)))
