"""What is lost beside pay: customers nobody answered, complaints many see unanswered, crises."""

from __future__ import annotations

from typing import Annotated

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.fields import Form, Reads, Share
from simcare.scenario.quantities import Money

MoneyWritten = Annotated[Money, Reads(q.parse_money, schemas.MONEY)]


PRICES = ("lost_customer", "thousand_unanswered", "crisis")
"""The keys of costs that are prices."""


class Costs(Form):
    """What is lost beside pay; nothing is counted that has no price here."""

    noun = "costs"

    lost_customer: MoneyWritten | None = None
    """What a customer who leaves would have brought. Examples: `600_000 IDR`"""

    churn_unanswered: Share = 0.15
    """Of customers nobody answers, the share that is lost because of it: 15% is what ignoring a complaint is
    found to cost.

    Default: `15%`. Examples: `15%`
    """

    thousand_unanswered: MoneyWritten | None = None
    """The price of a thousand impressions of complaints nobody has answered yet, such as what a thousand
    impressions cost in advertising. Examples: `40_000 IDR`
    """

    crisis: MoneyWritten | None = None
    """What a crisis costs. Examples: `250_000_000 IDR`"""
