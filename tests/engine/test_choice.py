"""Which engine runs: what is sooner done, and never anything else than the Log of the rules."""

from __future__ import annotations

import pytest

from simcare.engine import simulate as module
from simcare.engine.simulate import COMPILING_PAYS, LOADING_PAYS, chosen
from simcare.errors import UsageError


@pytest.mark.parametrize("ready", [True, False])
def test_small_jobs_never_wait_for_a_compiler(ready: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "is_ready", lambda: ready)
    assert chosen("auto", LOADING_PAYS - 1) == "reference"
    assert chosen("auto", LOADING_PAYS) == ("compiled" if ready else "reference")
    assert chosen("auto", COMPILING_PAYS) == "compiled"
    assert chosen("compiled", 1) == "compiled"
    assert chosen("reference", 1e9) == "reference"


def test_without_numba_everything_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(name: str) -> None:
        raise ImportError("No module named 'numba'")

    monkeypatch.setattr(module, "import_module", fails)
    assert chosen("auto", 1e9) == "reference"
    assert chosen("reference", 1e9) == "reference"
    with pytest.raises(UsageError, match="cannot be had here: No module named"):
        chosen("compiled", 1e9)


def test_an_unknown_engine_is_named() -> None:
    with pytest.raises(UsageError, match="expected an engine, auto, compiled or reference, got 'quick'"):
        chosen("quick", 1)  # type: ignore[arg-type]
