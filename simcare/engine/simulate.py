"""Run an engine: Tape, Roster and Rules in, Log out."""

from __future__ import annotations

from simcare.engine.reference import simulate

__all__ = ["simulate"]
