"""What formulas are asked with: each parameter, how it is read, told and written in JSON. Plain Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from simcare.scenario.quantities import (
    QuantityError,
    format_share,
    parse_duration,
    parse_number,
    parse_ratio,
    parse_share,
    parse_whole,
    write_duration,
)
from simcare.scenario.source import DidYouMean

MOST_AGENTS = 1_000_000
SPREAD_LAWS = ("lognormal", "gamma", "weibull")
PATIENCE_LAWS = ("exponential", "constant", *SPREAD_LAWS)

RATE_UNITS = {
    "s": "1 s",
    "min": "1 min",
    "h": "1 h",
    "hour": "1 h",
    "minute": "1 min",
    "second": "1 s",
    "day": "1 day",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter: ``read`` from text (`QuantityError`), told as ``words`` and put into JSON as ``plain``.

    ``default`` is what it is where it is left out; None: it has to be given, if the formula requires it.
    """

    metavar: str
    help: str
    read: Callable[[str], Any]
    words: Callable[[Any], str]
    plain: Callable[[Any], Any] = lambda value: value
    default: Any = None


def parse_rate(value: str) -> float:
    """Contacts per ms of a rate such as ``60/h``, ``4.2/min`` or ``2_000 per 30 min``."""
    expected = "a rate such as 60/h or 2000 per 30 min"
    number, divided, time = value.replace(" per ", "/").partition("/")
    if not divided:
        raise QuantityError(expected, value, "of how many in which time?")
    try:
        return parse_number(number.strip().replace(",", ""), positive=True) / parse_duration(
            RATE_UNITS.get(time.strip(), time), positive=True
        )
    except QuantityError:
        raise QuantityError(expected, value) from None


def _time(value: float) -> str:
    return write_duration(round(value))


def _seconds(value: float) -> float:
    return value / 1000


def _ratio(value: str) -> float:
    return parse_ratio(value, most=100)


def _below_one(value: str) -> float:
    return parse_share(value, below=True)


def _shares(value: str) -> tuple[float, ...]:
    """Shares that make up all, or all but a last one."""
    shares = tuple(parse_share(part.strip(), above=True) for part in value.split(","))
    if not 0.999999 < sum(shares) < 1.000001:
        raise QuantityError("shares of all contacts that make up 100%, the most urgent first", value)
    return shares


def _paces(value: str) -> tuple[float, ...]:
    return tuple(parse_ratio(part.strip(), least=0.01, most=100) for part in value.split(","))


def _steps(value: str) -> tuple[tuple[int, float], ...]:
    """``30%``, or ``0: 10%, 3: 50%``: from how many waiting on, what share."""
    expected = "a share such as 30%, or shares from so many waiting on, such as 0: 10%, 3: 50%"
    steps = []
    for part in value.split(","):
        since, several, share = part.rpartition(":")
        try:
            steps.append((parse_whole(since.strip()) if several else 0, parse_share(share.strip())))
        except QuantityError:
            raise QuantityError(expected, value) from None
    since_all = [since for since, _ in steps]
    if since_all != sorted(set(since_all)):
        raise QuantityError(expected, value, "in order, each number once")
    return tuple(steps) if since_all[0] == 0 else ((0, 0.0), *steps)


def _law(value: str) -> str:
    if value not in PATIENCE_LAWS:
        raise QuantityError(f"one of {', '.join(PATIENCE_LAWS)}", value, DidYouMean(value, PATIENCE_LAWS))
    return value


def _in_hand(most: int) -> str:
    return ("one", "one and two")[most - 1] if most <= 2 else f"1 to {most:,}"


def _listed(shares: Sequence[float]) -> str:
    return ", ".join(map(format_share, shares))


def _steps_in_words(steps: Sequence[tuple[int, float]]) -> str:
    parts = [f"{format_share(share)}{f' from {since} waiting on' * (since > 0)}" for since, share in steps]
    return f"of those who would have to wait leave at once {', '.join(parts)}"


PARAMETERS: dict[str, Parameter] = {
    "handling": Parameter(
        "TIME",
        "How long handling one takes on average, as in '6 min'.",
        lambda value: parse_duration(value, positive=True),
        lambda value: f"handling {_time(value)}",
        _seconds,
    ),
    "cv": Parameter(
        "NUMBER",
        "How much handling varies: standard deviation over mean, as in 1.2 or 120%.",
        _ratio,
        lambda value: f"cv {value:g}",
    ),
    "patience": Parameter(
        "TIME",
        "How long a customer waits on average before leaving, as in '20 min'.",
        parse_duration,
        lambda value: f"patience {_time(value)}",
        _seconds,
    ),
    "patience_law": Parameter(
        "|".join(PATIENCE_LAWS),
        "How patience varies (exponential).",
        _law,
        lambda value: value,
        default="exponential",
    ),
    "patience_cv": Parameter(
        "NUMBER",
        "Of lognormal, gamma or weibull patience: standard deviation over mean (1).",
        lambda value: parse_ratio(value, least=0.001, most=100),
        lambda value: f"of cv {value:g}",
    ),
    "queue_limit": Parameter(
        "N",
        "How many may wait; whoever comes then is turned away.",
        lambda value: parse_whole(value, most=MOST_AGENTS),
        lambda value: f"places for {value:,} to wait",
    ),
    "leaves_at_once": Parameter(
        "SHARES",
        "How many of those who would have to wait leave at once, as in 30%, or by how many wait, as in "
        "'0: 10%, 3: 50%'.",
        _steps,
        _steps_in_words,
        lambda value: [list(step) for step in value],
        default=((0, 0.0),),
    ),
    "tries_again": Parameter(
        "SHARE",
        "How many of those who find no place try again, as in 80%.",
        parse_share,
        lambda value: f"{format_share(value)} of those who find no place try again",
    ),
    "after": Parameter(
        "TIME",
        "How long after, on average, as in '5 min'.",
        lambda value: parse_duration(value, positive=True),
        lambda value: f"after {_time(value)}",
        _seconds,
    ),
    "shares": Parameter(
        "SHARES",
        "The classes as shares of all contacts, the most urgent first, as in '20%, 80%'.",
        _shares,
        lambda value: f"of which {_listed(value)}, the most urgent first",
        list,
    ),
    "returns": Parameter(
        "SHARE",
        "How many come back after each handling, as in 25%.",
        _below_one,
        lambda value: f"{format_share(value)} come back after each",
    ),
    "pause": Parameter(
        "TIME",
        "After how long they come back, on average, as in '1 h'.",
        parse_duration,
        lambda value: f"{_time(value)} later",
        _seconds,
    ),
    "pace": Parameter(
        "SHARES",
        "How fast an agent works on all in hand together, with one, two and so on, as in '100%, 160%, 180%'.",
        _paces,
        lambda value: f"an agent's pace with {_in_hand(len(value))} in hand {_listed(value)}",
        list,
    ),
}
"""The parameters that some formulas have beside arrivals, agents, `within` and `target`."""
