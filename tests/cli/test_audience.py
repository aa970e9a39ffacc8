"""The ends of what an audience may be, through the commands: all figures exact and finite."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from simcare.cli.main import code_of

Capture = pytest.CaptureFixture[str]

DESK = """
simcare: 1
title: An audience
clock: {interval: 12 h}
channels: {x: {public: true}}
contacts:
  complaint: {channel: x, needs: [care], arrivals: {per_hour: 2}, handling: {constant: 6 min}}
teams: {desk: {skills: {care: 100%}}}
plans: {only: {headcount: {desk: 1}}}
experiment: {replications: 2, seed: 1}
"""
NEVER = DESK.replace("6 min", "100 days")
AT_ONCE = DESK.replace("desk: 1}", "desk: unlimited}").replace("6 min", "0 min")
NO_FOLLOWERS = DESK.replace("channel: x", "followers: {constant: 0}, channel: x")


def said(words: str, desk: str = DESK) -> str:
    return f"{desk}virality: {words}\n"


ENDS = {
    "nobody follows": said("{reshares_by_followers: {power: 0.5, offset: 0}}", NO_FOLLOWERS),
    "nobody sees": said("{seen_by: 0%, followers_of_resharers: 0}"),
    "nobody reshares": said("{reshared_at_least_once: 0%}"),
    "no reshares of reshares": said("{reshares_per_reshare: 0}"),
    "the most reshares of reshares": said("{reshares_per_reshare: 0.95}"),
    "answers end it": said("{answered: 0%, template: 0%, resolved: 0%}"),
    "no heat": said("{heat: off}"),
    "no reply ever": NEVER,
    "a reply at once": AT_ONCE,
    "until an answer at once": said("{until: answer}", AT_ONCE),
    "plain views": said("{views: {per_minute: 20, growth: 3%/min}}"),
    "plain views that nobody ends": said("{views: {per_minute: 20, growth: 4%/min}}", NEVER),
}


def totals(text: str, capsys: Capture) -> dict[str, Any]:
    """The estimates of a run in total, all of them numbers or undefined, as JSON knows them."""
    Path("s.yaml").write_text(text, encoding="utf-8")
    assert code_of(["run", "s.yaml", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)["rows"]
    about = ("contacts", "team", "promise", "day", "interval")
    return {row["measure"]: row["estimate"] for row in rows if not any(row[one] for one in about)}


@pytest.mark.parametrize("end", ENDS)
def test_an_end_of_what_may_be_is_exact_and_finite(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    found = totals(ENDS[end], capsys)
    views, unanswered = found["impressions"], found["unanswered_impressions"]
    assert math.isfinite(views) and 0 <= unanswered <= views * (1 + 1e-12)
    if end in ("nobody follows", "nobody sees"):
        assert views == unanswered == 0 and found["unanswered_share"] is None
    if end in ("nobody follows", "nobody reshares") or "plain" in end:
        assert found["reshares"] == found["crises_per_year"] == 0
    if end == "no reply ever" or "plain" in end:
        assert found["unanswered_share"] == pytest.approx(1)
    if "at once" in end:
        assert unanswered == found["exposure_value_at_risk"] == 0 and views > 0
    assert code_of(["show", "s.yaml", "--virality"]) == 0


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS)
def test_there_is_a_page_of_it(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(ENDS[end], encoding="utf-8")
    assert code_of(["report", "s.yaml", "--output", "page.html"]) == 0, capsys.readouterr().err
    page = Path("page.html").read_text(encoding="utf-8")
    told = re.sub(r"base64,[\w+/=]*", "", page)
    assert not re.search(r"\b(nan|inf)\b", told, re.IGNORECASE)
    if "plain" in end:
        assert "reshares" not in told


def test_plain_views_are_shown_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(ENDS["plain views"], encoding="utf-8")
    assert code_of(["show", "s.yaml", "--virality"]) == 0
    shown = capsys.readouterr().out
    assert "20 a minute, growing 3% a minute, for 1 day" in " ".join(shown.split())
    assert "followers of" not in shown and "reshares" not in shown


def shown(text: str, capsys: Capture, *command: str) -> str:
    """What a command prints of a scenario, each run of blanks as one."""
    Path("s.yaml").write_text(text, encoding="utf-8")
    assert code_of([command[0], "s.yaml", *command[1:]]) == 0
    return " ".join(capsys.readouterr().out.split())


TWO = DESK.replace("{only: {headcount: {desk: 1}}}", "{a: {headcount: {desk: 1}}, b: {headcount: {desk: 2}}}")
RESHARED = "reshare|cris|assumption|of followers|of all views|0 to 0"


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_where_plain_views_are_given_nothing_is_said_of_reshares(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    plain, spreads = said("{views: {per_minute: 20, growth: 3%/min}}", TWO), said("{seen_by: 5%}", TWO)
    for command in (("run", "--format", form), ("compare", "--against", "a", "--format", form)):
        told = shown(plain, capsys, *command)
        assert not re.search(RESHARED, told, re.IGNORECASE)
        assert "who sees complaints without an answer" in told
        assert re.search(RESHARED, shown(spreads, capsys, *command), re.IGNORECASE)


def test_a_range_that_is_a_point_is_no_range(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    told = shown(said("{reshared_at_least_once: 0%, view_half_life: 1 h}", TWO), capsys, "run")
    assert "Crises: 0 a year." in told and "0 to 0" not in told
    assert "crises a year as assumed" not in told and "half-life of views halved" in told


def test_crises_are_told_as_in_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Side by side figures have the decimals of the finest; a sentence tells the same ones."""
    monkeypatch.chdir(tmp_path)
    busy = TWO.replace("per_hour: 2", "per_hour: 9").replace("replications: 2", "replications: 5")
    told = shown(said("{seen_by: 5%}", busy), capsys, "run")
    cells = re.search(r"crises a year (\S+ (?:± \S+|\(.*?\))) (\S+ (?:± \S+|\(.*?\)))", told)
    assert cells is not None
    assert re.findall(r"Crises: (.*?) a year\.", told) == list(cells.groups())
