"""First run: does a late shift pay? Loads a scenario, runs its plans, and compares them.

python examples/first_run.py
"""

from __future__ import annotations

from pathlib import Path

import simcare

SCENARIO = Path(__file__).parent.parent / "scenarios" / "evening-surge.yaml"
COMPLAINT = "network-complaint"
PLANS = ("today", "late-shift")


def main() -> None:
    """Print the service level of each plan, and what the late shift adds and costs."""
    # Two days and ten replications are enough for a first look; `set` changes the scenario, not its file.
    scenario = simcare.load(SCENARIO, set=["clock.days=2"])
    result = simcare.run(scenario, plans=PLANS, replications=10)

    for plan in PLANS:
        level = result.estimate("service_level", plan=plan, contacts=COMPLAINT)
        print(f"{plan:>10}: {level.estimate:.1%} in time ({level.lower:.1%} to {level.upper:.1%})")

    # Both plans met the same customers, so the difference is surer than the two figures apart.
    gain = result.difference("service_level", "late-shift", "today", contacts=COMPLAINT)
    cost = result.difference("labour_cost", "late-shift", "today")
    print(f"late shift: {gain.estimate:+.1%} ({gain.lower:+.1%} to {gain.upper:+.1%})")
    print(f"      cost: {cost.estimate:+,.0f} {cost.unit}")

    # Every figure is a row; here the hours of the day in which today's desk fails completely.
    hours = result.select(measure="service_level", plan="today", contacts=COMPLAINT, day="")
    lost = [row.interval for row in hours if row.interval and row.upper is not None and row.upper < 0.5]
    print("under half in time:", ", ".join(lost))


if __name__ == "__main__":
    main()
