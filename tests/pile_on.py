"""A small desk whose complaints are repeated, by people who may complain themselves."""

from __future__ import annotations

from simcare.scenario.load import loads
from simcare.scenario.scenario import Scenario

TEXT = """
simcare: 1
title: Pile-on
clock: {start: 2026-01-05, days: 1, interval: 8 h}
channels: {x: {public: true}, dm: {public: false}}
contacts:
  complaint:
    channel: x
    needs: [care]
    arrivals: {per_hour: {00:00: 20, 12:00: 20, 12:01: 0, 23:59: 0}}
    handling: {exponential: {mean: HANDLING}}
    followers: {constant: 900}
    patience: {leaves_at_once: LEAVES}
  question:
    channel: dm
    needs: [care]
    arrivals: {per_hour: 2}
    handling: {constant: 2 min}
teams: {desk: {skills: {care: 100%}}}
plans: {today: {headcount: {desk: AGENTS}}}
measures: [{measure: impressions_of_arrivals}, {measure: reshares_of_arrivals}]
virality:
  pile_on: SHARE
  reshares_of_a_complaint: 2
  reshares_per_reshare: 0.4
  view_half_life: HALF_LIFE
  kernel: exponential
  heat: HEAT
  impatient: {after: 30 min, reshares: 120%}
"""
NOBODY = "{00:00: 0, 23:59: 1}"


def desk(
    share: str = "30%",
    agents: str = "6",
    leaves: str = "0%",
    heat: str = "off",
    handling: str = "8 min",
    half_life: str = "20 min",
    more: str = "",
) -> Scenario:
    """The desk; nobody writes in of himself after noon, so that all that is repeated comes on the day."""
    words = {"SHARE": share, "AGENTS": agents, "LEAVES": leaves, "HEAT": heat, "HANDLING": handling}
    words["HALF_LIFE"] = half_life
    text = TEXT + more
    for word, value in words.items():
        text = text.replace(word, value)
    return loads(text)
