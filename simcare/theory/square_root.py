"""Square-root staffing: a load of R erlangs needs R + β√R agents, and β says how good the service is.

In the limit of large desks the probability of waiting depends on β alone when nobody leaves (Halfin & Whitt
1981), and on β and the ratio of patience to handling when customers do (Garnett, Mandelbaum & Reiman 2002,
in the notation of Zeltyn & Mandelbaum 2005). β is the number of agents above the load, in units of √R.
"""

from __future__ import annotations

import math

from scipy import special

from simcare.errors import DomainError
from simcare.theory.domain import not_negative, positive
from simcare.theory.root import root

LARGEST_BETA = 30.0


def square_root_agents(load: float, beta: float) -> int:
    """⌈R + β√R⌉, and at least 0: the agents for a load R of at least 0 erlangs at quality β."""
    not_negative("load", load)
    return max(0, math.ceil(load + beta * math.sqrt(load)))


def beta_of(agents: float, load: float) -> float:
    """The quality β = (s − R)/√R of so many agents at a load R above 0."""
    return (agents - positive("load", load)) / math.sqrt(load)


def wait_probability_limit(beta: float, patience_ratio: float = math.inf) -> float:
    """The limit of the probability of waiting for large desks of quality β.

    `patience_ratio`: mean patience over mean handling, above 0. Infinite (nobody leaves): Halfin & Whitt
    1981, 1/(1 + βΦ(β)/φ(β)), for β above 0. Else Garnett, Mandelbaum & Reiman 2002, for any β:
    1/(1 + h(β√r)/(√r·h(−β))), with h = φ/(1 − Φ) and r the ratio.
    """
    _finite(beta)
    if math.isinf(patience_ratio):
        if beta <= 0:
            raise DomainError(f"beta: expected a number above 0 where nobody leaves, got {beta!r}")
        return _hazard(-beta) / (_hazard(-beta) + beta)
    root = math.sqrt(positive("patience_ratio", patience_ratio))
    idle = _hazard(beta * root)
    return root * _hazard(-beta) / (root * _hazard(-beta) + idle)


def abandon_probability_limit(beta: float, patience_ratio: float, load: float) -> float:
    """About what share leaves at a large desk of quality β and `load` erlangs (Garnett et al. 2002).

    Of those who wait, (h(β√r) − β√r)/√(r·s), with r = `patience_ratio` (finite) and s agents.
    """
    waits = wait_probability_limit(beta, patience_ratio)
    root = math.sqrt(positive("patience_ratio", patience_ratio))
    agents = load + beta * math.sqrt(positive("load", load))
    if not agents > 0:
        raise DomainError(f"beta: expected one that leaves agents at a load of {load!r}, got {beta!r}")
    return min(1.0, waits * (_hazard(beta * root) - beta * root) / (root * math.sqrt(agents)))


def beta_for(wait_probability: float, patience_ratio: float = math.inf) -> float:
    """The quality β at which, in the limit, so large a share has to wait (above 0 and below 1)."""
    if not 0 < wait_probability < 1:
        raise DomainError(f"wait_probability: expected a share above 0 and below 1, got {wait_probability!r}")
    low = 1e-12 if math.isinf(patience_ratio) else -LARGEST_BETA
    if wait_probability_limit(LARGEST_BETA, patience_ratio) > wait_probability:
        raise DomainError(f"wait_probability: {wait_probability!r} is out of reach")
    if wait_probability_limit(low, patience_ratio) <= wait_probability:
        return low
    return root(
        lambda beta: wait_probability_limit(beta, patience_ratio) - wait_probability,
        low,
        LARGEST_BETA,
        within=1e-13,
    )


def _hazard(x: float) -> float:
    """φ(x)/(1 − Φ(x)) of the standard normal law."""
    if x > 0:
        return math.sqrt(2 / math.pi) / float(special.erfcx(x / math.sqrt(2)))
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi) / float(special.ndtr(-x))


def _finite(beta: float) -> None:
    if not math.isfinite(beta):
        raise DomainError(f"beta: expected a finite number, got {beta!r}")
