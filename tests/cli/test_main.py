from __future__ import annotations

import ctypes
import errno
import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

import simcare
from simcare.cli.main import COMMANDS, code_of, main

ROOT = Path(__file__).parent.parent.parent
PROGRAM = [sys.executable, "-m", "simcare"]


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_module_of_its_name_and_help(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = importlib.import_module(f"simcare.cli.{name}").command
    assert command.name == name
    assert isinstance(command, click.Command)
    assert code_of([name, "--help"]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(["--version"]) == 0
    assert capsys.readouterr().out == f"simcare {simcare.__version__}\n"


def test_without_a_command_help_is_shown_and_nothing_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of([]) == 2
    assert "Commands:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rnu"], "simcare: no command 'rnu'; did you mean 'run'? (see simcare --help)\n"),
        (
            ["frobnicate"],
            f"simcare: no command 'frobnicate'; expected one of {', '.join(COMMANDS)} (see simcare --help)\n",
        ),
        (["run"], "simcare: missing argument 'FILE' (see simcare run --help)\n"),
        (
            ["run", "a.yaml", "b.yaml"],
            "simcare: got unexpected extra argument (b.yaml) (see simcare run --help)\n",
        ),
        (
            ["run", "a.yaml", "--sede", "x"],
            "simcare: no such option '--sede'; did you mean '--seed' or '--set'? (see simcare run --help)\n",
        ),
    ],
)
def test_a_wrong_command_line_is_one_sentence(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == message


def test_main_exits_with_the_code() -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    with pytest.raises(SystemExit) as end:
        main(["no-such-command"])
    assert end.value.code == 2


def test_an_interrupt_ends_with_130_and_a_word(
    tiny: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simcare.experiment.run.run", interrupted)
    assert code_of(["run", tiny]) == 130
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip() == "simcare: interrupted"


def test_an_interrupt_that_falls_into_what_c_calls_is_none_of_our_errors(
    tiny: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @ctypes.CFUNCTYPE(None)
    def called_by_llvm() -> None:
        raise KeyboardInterrupt

    def compiling(*_: object, **__: object) -> None:
        called_by_llvm()
        raise RuntimeError("no compiled object yet")

    monkeypatch.setattr("simcare.experiment.run.run", compiling)
    hook = sys.unraisablehook
    assert code_of(["run", tiny]) == 130
    assert capsys.readouterr().err.strip() == "simcare: interrupted"
    assert sys.unraisablehook is hook


def _hears_ctrl_c() -> None:
    """Tests that run in the background ignore Ctrl-C, and so would what they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupted_run_leaves_no_traceback(tiny: str) -> None:
    running = subprocess.Popen(
        [*PROGRAM, "run", tiny, "--replications", "100000", "--jobs", "2", "--engine", "reference"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_hears_ctrl_c,
    )
    time.sleep(4)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to the program and its helpers
    try:
        out, err = running.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)  # so that it does not slow down the tests after it
        running.communicate()
        raise
    assert running.returncode == 130
    assert out == ""
    assert err.strip() == "simcare: interrupted"


LIGHT = """
import contextlib, io, sys
from simcare.cli.main import code_of
with contextlib.redirect_stdout(io.StringIO()):
    codes = [code_of(line.split()) for line in ("--help", "--version", "run --help", "check --help")]
    reading = {"pydantic", "yaml"} & set(sys.modules)
    codes += [code_of(line.split()) for line in ("new my-desk", "validate my-desk.yaml", "schema")]
heavy = {"numpy", "scipy", "matplotlib", "jinja2", "numba", "pandas", "simpy", "joblib", "rich"}
print(codes, sorted(reading | heavy & set(sys.modules)))
"""


def test_commands_that_need_no_numbers_import_nothing_heavy(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIGHT], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[0, 0, 0, 0, 0, 0, 0] []\n"


RUN = """
import contextlib, io, sys
from simcare.cli.main import code_of
with contextlib.redirect_stdout(io.StringIO()):
    code = code_of(sys.argv[1].split())
heavy = {"scipy.optimize", "scipy.stats", "scipy.sparse", "scipy.integrate", "matplotlib", "jinja2", "numba"}
print(code, sorted((heavy | {"pandas", "joblib", "dask", "rich"}) & set(sys.modules)))
"""


def test_a_small_run_imports_nothing_that_it_does_not_use() -> None:
    surge = str(ROOT / "scenarios" / "evening-surge.yaml")
    command = f"run {surge} --quiet --set clock.days=1 --replications 2 --jobs 1 --engine reference"
    done = subprocess.run([sys.executable, "-c", RUN, command], capture_output=True, text=True, check=True)
    assert done.stdout == "0 []\n"


def test_a_reader_who_has_seen_enough_is_no_error(tiny: str) -> None:
    command = [*PROGRAM, "show", tiny, "--set", "clock.days=300", "--format", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as writing:
        assert writing.stdout is not None
        assert writing.stderr is not None
        assert writing.stdout.readline() == b"plan,teams,day,interval,arrivals,load,on_duty,gap\n"
        writing.stdout.close()
        assert writing.stderr.read() == b""
    assert writing.returncode == 0


def test_a_run_asked_to_terminate_says_so_and_leaves_nothing_else(tiny: str) -> None:
    running = subprocess.Popen(
        [*PROGRAM, "run", tiny, "--replications", "100000", "--jobs", "2", "--engine", "reference"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(8)  # on a busy machine it takes a while to begin
    running.terminate()  # as a service manager does: to the program alone
    out, err = running.communicate(timeout=60)
    assert running.returncode == 143
    assert out == ""
    assert err.strip() == "simcare: terminated"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device on which nothing can be written")
@pytest.mark.parametrize("command", ["validate", "run"])
def test_a_full_disk_is_one_line_on_stderr(command: str, tiny: str) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*PROGRAM, command, tiny], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr == f"simcare: cannot write to stdout: {os.strerror(errno.ENOSPC)}\n"


def test_a_program_without_stdout_says_so_before_it_works(
    tiny: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout", None)
    assert code_of(["run", tiny, "--replications", "100000"]) == 2
    assert capsys.readouterr().err == "simcare: cannot write to stdout: it is closed\n"
    assert code_of(["schema", "--output", "schema.json"]) == 0
    assert Path("schema.json").stat().st_size > 0
