"""The page: one HTML file without scripts that needs nothing but itself."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

import simcare
from simcare.errors import UsageError
from simcare.experiment.result import Result
from simcare.report.document import one_line, report
from simcare.report.page.method import sheet, versions
from simcare.report.page.palette import style_sheet
from simcare.report.page.picture import Picture
from simcare.report.page.pictures.all import pictures_of
from simcare.report.page.summary import MARKS, cards, finding
from simcare.report.view import view_of


def pictures(result: Result) -> tuple[Picture, ...]:
    """The figures of a result, each with its table: those that there is anything to show in."""
    return pictures_of(view_of(result))


def page(
    result: Result,
    *,
    command: str | None = None,
    source: str | None = None,
    shown: Sequence[Picture] | None = None,
) -> str:
    """A result as a page for a browser, in HTML: the same bytes for the same result.

    What `simcare report` writes: ``Path("week.html").write_text(simcare.page(result), encoding="utf-8")``.
    ``command`` is how the reader gets it again; unless given, it is made up from the result, which does not
    know what was changed in the file as it was read. ``source``, the text of the scenario file, stands at the
    end of the page if given. ``shown`` are the figures, if they are at hand. Raises `UsageError` for what is
    no Result.
    """
    if not isinstance(result, Result):
        raise UsageError(f"expected a Result, got {type(result).__name__}: use simcare.run(scenario)")
    view = view_of(result)
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    template = environment.from_string(_file("page.html"))
    style = _file("page.css").replace("@light@", style_sheet("light")).replace("@dark@", style_sheet("dark"))
    scenario_notes = set(view.scenario.notes)
    return template.render(
        report=report(result),
        finding=finding(view),
        cards=cards(view),
        pictures=pictures_of(view) if shown is None else shown,
        marks=MARKS,
        sheet=sheet(view),
        versions=versions(),
        version=simcare.__version__,
        hash=result.header["scenario_hash"],
        scenario_notes=[one_line(note) for note in result.header["notes"] if note in scenario_notes],
        exact=command is not None,
        command=command or _command(result),
        source=source or "",
        style=style,
    )


def _command(result: Result) -> str:
    header = result.header
    words = ["simcare", "report", str(header["source"])]
    if tuple(header["plans"]) != tuple(result.scenario.plan_names):
        words += [f"--plan={plan}" for plan in header["plans"]]
    return shlex.join([*words, f"--replications={header['replications']}", f"--seed={header['seed']}"])


def _file(name: str) -> str:
    return (files("simcare.report.page") / name).read_text(encoding="utf-8")
