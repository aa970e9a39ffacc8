"""A measure of your own: how often does a customer who writes again get somebody else?

The Log says who worked on which step, and when. So a measure that simcare does not have is a few lines, and
its interval comes from replications, like every other.

    python examples/own_measure.py
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.stats import t

import simcare
from simcare.demand.tape import ESCALATED

SCENARIO = Path(__file__).parent.parent / "scenarios" / "evening-surge.yaml"
REPLICATIONS = 10


def handovers(scenario: simcare.Scenario, plan: str, replication: int) -> tuple[int, int]:
    """Further replies in one replication: how many by another person than the reply before, and how many."""
    log = simcare.simulate(scenario, plan, replication=replication)
    steps, stints = log.steps, log.stints
    contact = dict(zip(steps.step.tolist(), steps.contact.tolist(), strict=True))
    kind = dict(zip(steps.step.tolist(), steps.kind.tolist(), strict=True))
    work = zip(stints.step.tolist(), stints.start_ms.tolist(), stints.agent.tolist(), strict=True)
    replies = sorted((contact[step], start, agent) for step, start, agent in work if kind[step] != ESCALATED)
    pairs = [(one[2], other[2]) for one, other in pairwise(replies) if one[0] == other[0]]
    return sum(before != after for before, after in pairs), len(pairs)


def main() -> None:
    """Print the share for each plan, with a 95% interval over replications (a ratio of sums)."""
    scenario = simcare.load(SCENARIO, set=["clock.days=2"])
    for plan in ("today", "late-shift"):
        changed, further = np.array([handovers(scenario, plan, r) for r in range(REPLICATIONS)]).T
        share = changed.sum() / further.sum()
        error = np.std(changed - share * further, ddof=1) / np.sqrt(REPLICATIONS) / further.mean()
        half = t.ppf(0.975, REPLICATIONS - 1) * error
        print(f"{plan:>10}: {share:.1%} ± {half:.1%} of further messages are answered by somebody else")


if __name__ == "__main__":
    main()
