"""A small scenario that has a bit of everything, for the tests to spoil."""

from __future__ import annotations

SMALL = """\
simcare: 1
title: Small
clock: {start: 2026-01-05, days: 2, timezone: UTC}
channels:
  feed: {public: true}
contacts:
  complaint:
    channel: feed
    needs: [network]
    arrivals:
      per_hour: {00:00: 8, 19:00: 160, 24:00: 8}
      weekdays: {sat: 120%}
      surges:
        - {name: outage, at: 19:00, chance: 15%, times: 4, hold: 45 min}
    patience: {exponential: {mean: 3 h}}
    silent: 30%
    handling: {lognormal: {mean: 6 min, cv: 1.2}}
    conversation:
      again: 43%
      pause: {lognormal: {median: 16 min, p90: 20 h}}
      handling: {constant: 4 min}
    escalates: {to: radio, chance: 8%, handling: {constant: 25 min}}
  question:
    needs: [billing]
    arrivals: {per_day: 200, shape: bank-calls-us-2003}
    handling: {by_team: {desk: {exponential: {mean: 5 min}}}}
teams:
  desk: {skills: {network: 80%, billing: 100%}, cost: 30 EUR/h}
  engineers: {skills: {radio: 100%}, cost: 60 EUR/h}
plans:
  today:
    shifts:
      - {team: desk, from: 08:00, to: 17:00, agents: 5, breaks: [{at: 12:00, for: 1 h}]}
      - {team: engineers, days: mon-fri, from: 22:00, to: 06:00, agents: 1}
    shrinkage: 12%
  level:
    headcount: {desk: {08:00: 5, 22:00: 2}, engineers: 1}
service_levels:
  - {contacts: complaint, first_reply_within: 15 min, target: 90%}
experiment: {replications: 20, seed: 7}
"""


def changed(*changes: tuple[str, str]) -> str:
    """The small scenario with each first text replaced by the second."""
    text = SMALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
