"""The public names of simcare, and that importing it costs nothing."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import simcare

ROOT = Path(__file__).parent.parent

PUBLIC = {
    "load",
    "run",
    "compare",
    "page",
    "Comparison",
    "check",
    "CheckResult",
    "simulate",
    "draw",
    "statistics",
    "Scenario",
    "Result",
    "Row",
    "Log",
    "SimcareError",
    "ScenarioError",
    "UsageError",
    "TooLarge",
    "ClusterError",
    "DomainError",
    "Problem",
    "__version__",
}


def test_all_is_what_is_public() -> None:
    assert set(simcare.__all__) == PUBLIC
    assert list(simcare.__all__) == sorted(simcare.__all__)
    assert dir(simcare) == simcare.__all__


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_can_be_imported_and_is_documented(name: str) -> None:
    one = getattr(simcare, name)
    home = one.__name__ if isinstance(one, ModuleType) else getattr(one, "__module__", "")
    assert isinstance(one, str) or (one.__doc__ and home.startswith("simcare."))


def test_a_name_there_is_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'laod'"):
        simcare.laod  # noqa: B018


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == simcare.__version__


def test_import_simcare_imports_no_numpy() -> None:
    code = (
        "import simcare, sys; simcare.ScenarioError; simcare.load;"
        "heavy = {'numpy', 'scipy', 'jinja2', 'matplotlib', 'numba', 'pandas', 'joblib', 'simpy'}"
        " & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert found.returncode == 0, found.stderr


def test_the_example_of_the_docstring_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert simcare.__doc__
    lines = simcare.__doc__.split("::\n", 1)[1].splitlines()
    code = "\n".join(line[4:] for line in lines if not line or line.startswith("    "))
    monkeypatch.chdir(ROOT)
    exec(compile(code.replace("replications=20", "replications=3"), "<docstring>", "exec"), {})
    assert "in time, between" in capsys.readouterr().out
