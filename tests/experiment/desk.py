"""A small scenario for runs: two contact types, three plans, promises and pay; a replication takes ms."""

from __future__ import annotations

from typing import Any

from simcare.scenario.load import loads
from simcare.scenario.scenario import Scenario

TEXT = """
simcare: 1
title: A small desk
clock: {start: 2026-01-05, days: 2, interval: 6 h, warm_up: 1 day}
contacts:
  complaint:
    needs: [talk]
    arrivals: {per_hour: {06:00: 0, 12:00: 4, 18:00: 0}, day_factor: {cv: 20%}}
    patience: {exponential: {mean: 2 h}}
    silent: 20%
    handling: {exponential: {mean: 15 min}}
    conversation: {again: 30%, pause: {exponential: {mean: 1 h}}, handling: {constant: 5 min}}
  question:
    needs: [talk]
    arrivals: {steps: {per_hour: {00:00: 0, 08:00: 3, 16:00: 0}}}
    handling: {constant: 10 min}
teams:
  desk: {skills: {talk: 100%}, cost: 30 EUR/h}
  extra: {skills: {talk: 80%}}
plans:
  today:
    shifts: [{team: desk, from: 08:00, to: 18:00, agents: 2, breaks: [{at: 12:00, for: 1 h}]}]
    overtime: 150%
  more:
    like: today
    add: [{team: desk, from: 10:00, to: 19:00, agents: 1}]
  helped:
    like: today
    headcount: {extra: {09:00: 1, 17:00: 0}}
service_levels:
  - {contacts: complaint, first_reply_within: 1 h, target: 80%}
  - {contacts: all, answered_within: 30 min, definition: abandoned_in_time_count, name: half an hour}
experiment: {replications: 10, seed: 3, confidence: 90%}
"""


def scenario(*changes: str, **options: Any) -> Scenario:
    return loads(TEXT, name="desk.yaml", set=changes, **options)
