"""Engines: from Tape, Roster and Rules to the Log."""
