"""Every example program runs and prints what stands beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def run(example: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(example), *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_each_example_prints_its_expected_output(example: Path, tmp_path: Path) -> None:
    plot = tmp_path / "plot.png"
    draws = example.stem == "sweep"
    printed = run(example, *([str(plot)] if draws else []))
    assert printed == example.with_suffix(".txt").read_text(encoding="utf-8")
    assert plot.exists() == draws
    assert not draws or plot.read_bytes().startswith(b"\x89PNG")
