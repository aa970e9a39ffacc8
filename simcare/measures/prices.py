"""The prices of what is lost beside pay, as the measures need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simcare.scenario.costs import Costs


@dataclass(frozen=True)
class Prices:
    """What a lost customer, a thousand impressions unanswered and a crisis cost, None where there is no
    price; `churn` is the share lost of the customers nobody answers.
    """

    lost_customer: float | None = None
    churn: float = 0.0
    thousand_unanswered: float | None = None
    crisis: float | None = None

    def has(self, price: str) -> bool:
        """Whether there is such a price; "any": whether there is one at all; "": nothing is asked for."""
        names = ("lost_customer", "thousand_unanswered", "crisis") if price == "any" else (price,)
        return not price or any(getattr(self, name) is not None for name in names)


NOTHING = Prices()
"""Nothing has a price."""


def prices_of(costs: Costs) -> Prices:
    """The prices that a scenario gives."""
    amounts = (costs.lost_customer, costs.thousand_unanswered, costs.crisis)
    lost, thousand, crisis = (None if one is None else one.amount for one in amounts)
    return Prices(lost, costs.churn_unanswered, thousand, crisis)
