"""Whether kernels are compiled already is known, and a compilation is told of when it begins."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from simcare.engine.compiling import is_compiled, telling

SOURCE = """
import numba

@numba.njit(cache=True)
def one_more(number):
    return number + 1
"""


def kernel_of(path: Path) -> Any:
    spec = spec_from_file_location("one_kernel", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.one_more


def test_a_kernel_is_compiled_once_until_its_file_changes(tmp_path: Path) -> None:
    path, told = tmp_path / "one_kernel.py", []
    path.write_text(SOURCE)
    kernel = kernel_of(path)
    assert not is_compiled(kernel)
    with telling(lambda: told.append("compiling")):
        assert not told
        assert kernel(1) == 2 and kernel(1.0) == 2.0  # two compilations, one word
        assert told == ["compiling"]

    again = kernel_of(path)
    assert is_compiled(again)
    with telling(lambda: told.append("again")):
        assert again(1) == 2
    assert told == ["compiling"]

    path.write_text(SOURCE + "# of another version\n")
    assert not is_compiled(kernel_of(path))
