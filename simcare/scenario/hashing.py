"""The hash of a scenario: the same for files that mean the same run."""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from simcare.scenario.traces import Trace

LEFT_OUT = frozenset(
    {"about", "checks", "files", "hash", "measures", "notes", "replications", "source", "title"}
)
"""What does not change what a run means: words, how often it is repeated, and what is
asked of it or it is held to."""


def hash_of(scenario: Any) -> str:
    """SHA-256, in hex, of the canonical content of a scenario, its traces and tables included."""
    text = json.dumps(_canonical(scenario), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _canonical(value: Any) -> Any:
    """The value as JSON with sorted maps; of a trace only its arrivals count, not where they were read."""
    if isinstance(value, Trace):
        return None
    if isinstance(value, BaseModel):
        return {
            name: _canonical(getattr(value, name))
            for name in type(value).model_fields
            if name not in LEFT_OUT
        }
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _canonical(getattr(value, f.name)) for f in fields(value) if f.name not in LEFT_OUT}
    if isinstance(value, Mapping):
        return {str(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, array):
        little = value if sys.byteorder == "little" else array(value.typecode, value)
        if sys.byteorder == "big":
            little.byteswap()
        return hashlib.sha256(little.tobytes()).hexdigest()
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    if isinstance(value, frozenset):
        return [_canonical(item) for item in sorted(value)]
    return value.isoformat() if isinstance(value, date) else value
