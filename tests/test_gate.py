"""The files of the page on gates, which others copy: a workflow and a pre-commit hook."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import yaml

from simcare.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "how-to" / "gate-a-policy.md").read_text(encoding="utf-8")
BLOCKS: list[Any] = [yaml.safe_load(code) for code in re.findall(r"^```yml\n(.*?)^```$", PAGE, re.M | re.S)]


def test_the_workflow_runs_a_command_there_is_on_pull_requests() -> None:
    workflow = BLOCKS[0]
    assert "pull_request" in workflow[True]  # YAML 1.1, which GitHub does not use, takes `on` for true
    steps = workflow["jobs"]["check"]["steps"]
    (command,) = (step["run"] for step in steps if step.get("run", "").startswith("simcare "))
    words = shlex.split(command)
    assert words[1] == "check" and words[1] in COMMANDS and "--junit" in words
    upload = steps[-1]
    assert upload["if"] == "always()" and upload["with"]["path"] == words[words.index("--junit") + 1]


def test_the_hook_that_the_page_names_validates_scenarios() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (repo,) = BLOCKS[1]["repos"]
    assert [one["id"] for one in repo["hooks"]] == [hook["id"]]
    assert hook["entry"] == "simcare validate" and hook["language"] == "python"
    chosen = re.compile(hook["files"])
    assert chosen.search("scenarios/desk.yaml") and chosen.search("desks/scenarios/a.yml")
    assert not chosen.search("scenarios/expected/mm1.txt") and not chosen.search("config.yaml")
