"""The project as a stranger finds it: one version everywhere, and a README whose two commands work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import simcare
from scenarios import freeze

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def readme_commands() -> list[str]:
    """The commands of the README's first block of code."""
    block = re.search(r"^```\w*\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    assert block is not None
    return [line for line in block[1].splitlines() if line and not line.startswith("#")]


def test_one_version_everywhere() -> None:
    version = PROJECT["project"]["version"]
    assert simcare.__version__ == version
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_readme_begins_with_two_commands() -> None:
    run, test = readme_commands()
    assert run.startswith("python3 -m venv .venv && ") and run.endswith(freeze.command_of("evening-surge"))
    assert test.startswith("python3 -m venv .venv && ") and test.endswith(".venv/bin/pytest -q -n auto")


@pytest.mark.slow
def test_the_readmes_first_command_works_for_a_stranger(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "simcare", "scenarios"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, clone / name)
    run, _ = readme_commands()
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(
        run, shell=True, cwd=clone, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == freeze.expected_path("evening-surge").read_text(encoding="utf-8").split("\n", 1)[1]
