"""The scenario that `simcare new` writes: complete, small, with a comment where one is needed."""

from __future__ import annotations

import json

STARTER = """\
# Run it:  simcare validate {file}   then   simcare show {file}   then   simcare run {file}
# All figures below are placeholders for your own: change them one by one.
simcare: 1                             # the version of this language
title: {title}
about: Does a second evening shift keep the promise?

clock:
  start: 2026-01-05                    # the first measured day, a Monday
  days: 7
  timezone: UTC                        # such as Europe/Berlin or Asia/Jakarta
  interval: 30 min                     # of tables by time of day

channels:
  feed: {{public: true}}                 # everybody can read it
  chat: {{public: false}}

contacts:                              # who writes in, when, about what
  complaint:
    channel: feed
    needs: [service]                   # a skill that some team has
    arrivals:
      # contacts an hour at these times, straight lines between them
      per_hour: {{00:00: 3, 07:00: 4, 12:00: 20, 19:00: 45, 22:00: 15, 24:00: 3}}
      weekdays: {{sat-sun: 80%}}         # other days: 100%
      day_factor: {{cv: 20%}}            # busy and quiet days
    patience: {{exponential: {{mean: 3 h}}}}                        # who waits longer for an answer is gone
    handling: {{lognormal: {{mean: 6 min, cv: 100%}}}}              # the work of the first reply
    conversation:                      # 40% write again after a reply
      again: 40%
      pause: {{lognormal: {{median: 16 min, p90: 20 h}}}}
      handling: {{lognormal: {{mean: 4 min, cv: 100%}}}}
  question:
    channel: chat
    needs: [service]
    arrivals:
      per_day: 150                     # spread over the day like measured complaints to airlines
      shape: airline-complaints-2015
    handling: {{lognormal: {{mean: 5 min, cv: 80%}}}}

teams:
  desk: {{skills: {{service: 100%}}, cost: 30 EUR/h}}               # 100% is the speed

plans:                                 # compared side by side, on the same customers
  today:
    shifts:
      - {{team: desk, days: daily, from: 08:00, to: 16:00, agents: 3, breaks: [{{at: 12:00, for: 30 min}}]}}
      - {{team: desk, days: daily, from: 14:00, to: 22:00, agents: 3}}
    shrinkage: 10%                     # agent-days lost to sickness and leave
  evening:
    like: today                        # everything as today, and one line more
    add:
      - {{team: desk, days: daily, from: 17:00, to: 23:00, agents: 3}}

service_levels:
  - {{contacts: complaint, first_reply_within: 30 min, target: 80%}}
  - {{contacts: question, first_reply_within: 2 h, target: 90%}}

experiment: {{replications: 50, seed: 1}}
"""


def starter(name: str) -> str:
    """A commented scenario called `name`, for a file ``name.yaml``."""
    return STARTER.format(file=f"{name}.yaml", title=json.dumps(name, ensure_ascii=False))
