"""Loading: a scenario file in, a `Scenario` out, or every problem with its place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from pydantic import ValidationError

from simcare.errors import Problem, ScenarioError
from simcare.scenario.plans import resolved
from simcare.scenario.scenario import Scenario, ScenarioForm
from simcare.scenario.source import Node, Path, Place, Word, place_of, plain, words
from simcare.scenario.tables import Folder
from simcare.scenario.translate import Finding, findings_of
from simcare.scenario.yaml_reading import Reading, read_file, read_text

MOST_PROBLEMS = 20
"""So many problems are reported at once."""


def load(path: str | os.PathLike[str], *, set: Sequence[str] = (), allow_large: bool = False) -> Scenario:
    """Read, complete and check the scenario file at `path`.

    Parameters
    ----------
    path
        the YAML file; the CSV files it names are looked for in its folder.
    set
        changes as ``"plans.today.shrinkage=20%"``, applied in order before anything is checked.
    allow_large
        accept a run whose estimated memory is above the limit.

    Raises
    ------
    ScenarioError
        if the file, or one it names, cannot be used as written; up to twenty problems, in file order.
    TooLarge
        if the run is estimated to need more memory than the limit.
    """
    name = os.fspath(path)
    return _scenario(read_file(name), name, os.path.dirname(name), set, allow_large)


def loads(
    text: str,
    *,
    name: str = "scenario.yaml",
    folder: str = "",
    set: Sequence[str] = (),
    allow_large: bool = False,
) -> Scenario:
    """Like `load`, from text; `name` stands for the file in messages, `folder` is where CSV files are."""
    return _scenario(read_text(text, name), name, folder, set, allow_large)


def _scenario(
    reading: Reading, source: str, folder_path: str, changes: Sequence[str], allow_large: bool
) -> Scenario:
    root = reading.root
    findings = [Finding(Place(p.file, p.line, p.column), p) for p in reading.problems]
    folder = Folder(folder_path)
    try:
        form = ScenarioForm.model_validate(plain(root), context=folder)
    except ValidationError as error:
        findings.extend(findings_of(error, root, ScenarioForm))
    if findings:
        raise _error(findings)
    return Scenario(
        form.simcare, form.title, form.about, form.clock, form.channels, form.contacts, form.teams,
        resolved(form.plans), tuple(p.of(tuple(form.contacts)) for p in form.service_levels),
        form.experiment, form.drain, {}, source, "", (),
    )  # fmt: skip


def _error(findings: Iterable[Finding]) -> ScenarioError:
    ordered = sorted(findings, key=lambda f: f.place)
    return ScenarioError([finding.problem for finding in ordered[:MOST_PROBLEMS]])
