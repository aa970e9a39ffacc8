"""What build servers read: JUnit XML, GitHub's annotations and its step summary."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from simcare.errors import Problem
from simcare.experiment.check import CheckResult
from simcare.experiment.verdicts import Checked
from simcare.report.checks import MARKS, check_report, found, sentence, summary, what
from simcare.report.document import markdown_lines

MOST_ANNOTATIONS = 10
"""GitHub shows so many errors, and so many warnings, of one step."""

MOST_SUMMARY = 1024 * 1024
"""GitHub drops the summary of a step that is larger than so many bytes."""

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[CheckResult]) -> str:
    """JUnit XML: a suite for each scenario, a case for each check and plan.

    A check that fails is a failure and one that is undecided an error, with what was found and wanted; so
    a build server that knows no third verdict does not take it for passed.
    """
    root = ElementTree.Element("testsuites", name="simcare check")
    totals = {"tests": 0, "failures": 0, "errors": 0}
    for result in results:
        suite = ElementTree.SubElement(root, "testsuite", name=_xml(result.header["source"]))
        counts = {
            "tests": len(result.rows),
            "failures": sum(row.verdict == "fails" for row in result.rows),
            "errors": sum(row.verdict == "undecided" for row in result.rows),
        }
        for name, count in counts.items():
            suite.set(name, str(count))
            totals[name] += count
        suite.set("skipped", "0")
        for row in result.rows:
            _case(suite, row, result)
    for name, count in totals.items():
        root.set(name, str(count))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _case(suite: ElementTree.Element, row: Checked, result: CheckResult) -> None:
    stem = re.sub(r"\.ya?ml$", "", result.header["source"])
    case = ElementTree.SubElement(
        suite,
        "testcase",
        name=_xml(f"{row.check}. {what(row, result)}: {row.wanted}"),
        classname=_xml(f"{stem}.{row.plan}"),
    )
    if row.line:
        case.set("file", _xml(row.file))
        case.set("line", str(row.line))
    if row.verdict == "holds":
        ElementTree.SubElement(case, "system-out").text = _xml(sentence(row, result))
        return
    tag = "failure" if row.verdict == "fails" else "error"
    problem = ElementTree.SubElement(case, tag, message=_xml(sentence(row, result)), type=row.verdict)
    problem.text = _xml(
        f"value and interval: {found(row)}\nthreshold: {row.wanted}\nmeasure: {row.measure}\n"
        f"replications: {row.replications}\nconfidence of the interval: {row.confidence * 100:.6g}%"
    )


def github_lines(results: Sequence[CheckResult]) -> Iterator[str]:
    """GitHub's workflow commands, one a line, each at its check's own line: errors for what fails, warnings
    for what is undecided or cannot fail. No more than GitHub shows; then a line says how many there are.
    """
    errors: list[tuple[Checked, str, str]] = []
    warnings: list[tuple[Checked, str, str]] = []
    for result in results:
        told: set[int] = set()
        for row in result.rows:
            if row.verdict != "holds":
                place = errors if row.verdict == "fails" else warnings
                place.append((row, f"check {row.verdict}", sentence(row, result)))
            if row.warning and row.check not in told:
                told.add(row.check)
                warnings.append((row, "check cannot fail", row.warning))
    for kind, lines in (("error", errors), ("warning", warnings)):
        kept = lines if len(lines) <= MOST_ANNOTATIONS else lines[: MOST_ANNOTATIONS - 1]
        yield from (_command(kind, *line) for line in kept)
        if len(kept) < len(lines):
            yield f"::{kind}::and {len(lines) - len(kept)} more; the summary has them all"


def problem_lines(problems: Sequence[Problem]) -> Iterator[str]:
    """The same for what is wrong with a scenario."""
    for problem in problems[:MOST_ANNOTATIONS]:
        yield _command("error", problem, "scenario cannot be used", problem.message)


def _command(kind: str, at: Checked | Problem, title: str, message: str) -> str:
    """`::error file=…,line=…,col=…,title=…::message`, escaped as GitHub asks."""
    place = {}
    if at.line:
        place = {"file": _in_workspace(at.file), "line": str(at.line), "col": str(at.column)}
    properties = {**place, "title": f"simcare: {title}"}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _in_workspace(file: str) -> str:
    """The path from the root of the repository, by which GitHub finds the file."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    path = os.path.abspath(file)
    if workspace and os.path.commonpath([path, os.path.abspath(workspace)]) == os.path.abspath(workspace):
        return os.path.relpath(path, workspace).replace(os.sep, "/")
    return file.replace(os.sep, "/")


def step_summary(results: Sequence[CheckResult], room: int = MOST_SUMMARY) -> str:
    """Markdown for GitHub's step summary, of at most `room` bytes: what does not fit is left out, from the
    end, and this is said.
    """
    whole = "".join(
        "\n".join(markdown_lines(check_report(result, narrow=False))) + "\n\n" for result in results
    )
    if len(whole.encode()) <= room:
        return whole
    head = "".join(f"- {MARKS[one.verdict]} {one.header['source']}: {summary(one)}\n" for one in results)
    more = "\nToo long for a summary; the output of the step has the rest.\n"
    kept = (head + "\n" + whole).encode()[: max(0, room - len(more.encode()))].decode(errors="ignore")
    return (kept.rpartition("\n")[0] + "\n" + more) if room > len(more.encode()) else ""


def _xml(text: str) -> str:
    """The text without what XML cannot hold."""
    return NOT_XML.sub("?", text)
