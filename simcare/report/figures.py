"""Figures as text. Every figure of every table and sentence is written here and nowhere else.

An estimate stands with its interval: `45.3% ± 0.6%`, or `0.0% (≤ 1.9%)` where the interval is one-sided
because a share cannot leave 0 to 100%, or `7.1 (6.8 to 8.9)` where it is lopsided, or `7 h 20 min (22.0 min
to later)` where nothing bounds it above. Half-widths and bounds are rounded outwards, so that what is printed
never claims more than was found.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from simcare.scenario.quantities import format_duration

UNDEFINED = "–"
LATER = "later"
UNDEFINED_NOTE = f"{UNDEFINED}  undefined: there was nothing to measure."
LATER_NOTE = f"{LATER}: later than the horizon; still open when the run ended."

MOST_DECIMALS = 6

LOPSIDED = 0.35
"""An interval is lopsided if its halves differ by more than this share of the greater."""

LONGEST_IN_SECONDS = 59.95
LONGEST_IN_MINUTES = 59.95 * 60
LONGEST_IN_MINUTES_AND_HOURS = 86_400 - 30
"""Longer times are told in minutes; in hours and minutes; in days and hours. (Rounded, so early.)"""

LONGEST_TO_THE_MINUTE = 12 * 3600
"""Up to here minutes are told however wide the interval; beyond, only if they are known to within an hour."""

STEPS = (
    (LONGEST_IN_SECONDS, 0.1),
    (LONGEST_IN_MINUTES, 6.0),
    (LONGEST_TO_THE_MINUTE, 60.0),
    (math.inf, 3600.0),
)
"""To how many seconds a time that stands alone is told, if it is below the first of each pair."""

SIGNED_TIMES = ((60, 1.0, " s"), (3600, 1 / 60, " min"), (math.inf, 1 / 3600, " h"))
"""In which unit a difference of times is told, if it is below the first number of seconds."""

SHORTEST_FIRST = ((1, True), (2, True), (1, False), *((some, False) for some in range(2, MOST_DECIMALS + 1)))
"""Ways to write a share: how many decimals, and whether nearly equal halves may be written as one."""

Verdict = Literal["met", "missed", "undecided", ""]


class Written(NamedTuple):
    """A figure as text, and the numbers a reader takes from it; the bounds may be wider than those found."""

    text: str
    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Found:
    """An estimate and its interval: None is undefined, infinity later than the horizon.

    `lower` and `upper` are None when there is no interval (a single replication).
    """

    estimate: float | None
    lower: float | None = None
    upper: float | None = None

    @property
    def finite(self) -> bool:
        """Is there a number to print?"""
        return self.estimate is not None and math.isfinite(self.estimate)

    @property
    def bounded(self) -> bool:
        """Is there an interval with two finite bounds about a finite estimate?"""
        return self.finite and all(
            bound is not None and math.isfinite(bound) for bound in (self.lower, self.upper)
        )

    @property
    def exact(self) -> bool:
        """Is the interval a point, as for hours of a plan in which nobody is absent?"""
        if self.estimate is None or self.lower is None or self.upper is None or not self.bounded:
            return False
        return self.upper - self.lower <= 1e-9 * max(1.0, abs(self.estimate))


def verdict(found: Found, target: float | None) -> Verdict:
    """Is the promise met? Only if the whole interval is at or above the target; missed only if all is below.

    Without a target or an estimate there is no verdict ("").
    """
    if target is None or found.estimate is None:
        return ""
    if found.lower is None or found.upper is None:
        return "undecided"
    return "met" if found.lower >= target else "missed" if found.upper < target else "undecided"


# --- what each kind of figure looks like ---------------------------------------------------------------


def share(found: Found, target: float | None = None) -> str:
    """A share of 1 as per cent, with one decimal, or more where the verdict cannot be read off it."""
    if not found.finite:
        return _without_number(found)
    if not found.bounded or found.exact:
        decimals = _decimals_beside(_number(found.estimate), target)
        return f"{number(_rounded(found, 100, decimals), decimals)}%"
    return _share(found, target).text


def sure_within(found: Sequence[tuple[Found, float | None]]) -> str:
    """How far the least certain of some shares, as printed, may be off: `1.1 points`; "" if none is known."""
    shown = [_share(one, target) for one, target in found if one.bounded]
    off = max((max(one.upper - one.estimate, one.estimate - one.lower) for one in shown), default=None)
    return "" if off is None else f"{number(math.ceil(10 * off - 1e-6) / 10, 1)} points"


def points(found: Found) -> str:
    """A difference of two shares in percentage points, without its sign: `36.8 points (36.1 to 37.5)`."""
    return _difference(found, 100, least=1, unit=" points")


def amount(found: Found, least: int = 0) -> str:
    """A count, a head count or an amount of money: `1,204 ± 12`. It has at least so many decimals."""
    if not found.finite:
        return _without_number(found)
    decimals = _decimals(found, 1, least)
    return _with_interval(found, 1, decimals)


def amount_difference(found: Found, unit: str = "") -> str:
    """A difference of counts or amounts, without its sign: `720,000 IDR (700,000 to 740,000)`."""
    return _difference(found, 1, least=0, unit=f" {unit}" if unit else "")


def signed(found: Found, unit: str) -> str:
    """A difference with its sign, of shares, times (`s`) or amounts: `+45.5 ± 1.0 points`, `-31.9 ± 1.5 min`.

    The greater half stands for both, unless it would hide on which side of 0 the interval lies.
    """
    if not found.finite:
        return _without_number(found)
    scale, least, name = _signed_unit(found, unit)
    decimals = _decimals(found, scale, least)
    estimate = _rounded(found, scale, decimals)
    if not found.bounded or found.exact:
        return _with_sign(estimate, _exact_decimals(estimate, decimals)) + name
    lower, upper = _outwards(found, scale, decimals)
    half = max(estimate - lower, upper - estimate)
    known = _covers_zero(_number(found.lower), _number(found.upper))
    if _covers_zero(estimate - half, estimate + half) == known:
        return f"{_with_sign(estimate, decimals)} ± {number(half, decimals)}{name}"
    bounds = f"{number(lower, decimals)} to {number(upper, decimals)}"
    return f"{_with_sign(estimate, decimals)}{name} ({bounds})"


def _signed_unit(found: Found, unit: str) -> tuple[float, int, str]:
    """The scale, the fewest decimals and the name of the unit in which a difference is told."""
    if unit == "share":
        return 100.0, 1, " points"
    if unit != "s":
        return 1.0, 0, ""
    size = max(abs(_number(one)) for one in (found.estimate, found.lower, found.upper) if one is not None)
    return next((scale, 1, name) for most, scale, name in SIGNED_TIMES if size < most)


def _with_sign(value: float, decimals: int) -> str:
    text = number(value, decimals)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def duration(found: Found, least: int = 1) -> str:
    """A span of time given in seconds: `12.3 ± 0.4 min`, `1 h 45 min ± 3 min`, `1 h (55.0 min to later)`.

    Seconds and minutes have at least so many decimals.
    """
    if not found.finite:
        return _without_number(found) + _half_known(found)
    seconds = _number(found.estimate)
    if seconds < LONGEST_IN_MINUTES:
        scale, unit = (1.0, " s") if seconds < LONGEST_IN_SECONDS else (1 / 60, " min")
        fine = found.bounded or seconds < 0.1
        if found.bounded and _number(found.upper) >= 2 * 60 / scale:  # hard to read in so small a unit
            return f"{duration(Found(seconds))} ({_bound(found.lower)} to {_bound(found.upper, math.ceil)})"
        told = _with_interval(found, scale, _decimals(found, scale, least) if fine else 1, unit)
        return told + _half_known(found)
    in_minutes = seconds < LONGEST_TO_THE_MINUTE or _half(found) < 3600
    step = 60 if seconds < LONGEST_IN_MINUTES_AND_HOURS and in_minutes else 3600
    estimate = _rounded(found, 1 / step, 0)
    shown = format_duration(estimate * step * 1000)
    if not found.bounded or found.exact:
        return shown + _half_known(found)
    lower, upper = _outwards(found, 1 / step, 0)
    below, above = estimate - lower, upper - estimate
    if _even(estimate, lower, upper, 1.0):
        return f"{shown} ± {format_duration(max(below, above) * step * 1000)}"
    bounds = [_span(bound * step) for bound in (lower, upper)]
    return f"{shown} ({bounds[0]} to {bounds[1]})"


def amounts(found: Sequence[Found]) -> list[str]:
    """Amounts that stand side by side, with the same number of decimals if theirs differ by one at most."""
    least = _together([_decimals(one, 1, 0) for one in found if one.bounded and not one.exact])
    return [amount(one, least) for one in found]


def durations(found: Sequence[Found]) -> list[str]:
    """Durations that stand side by side, those of the same unit with the same number of decimals."""
    told = [_in_seconds_or_minutes(one) for one in found]
    least = {
        scale: _together(
            [_decimals(one, scale, 1) for one, own in zip(found, told, strict=True) if own == scale]
        )
        for scale in set(told)
        if scale
    }
    return [duration(one, least.get(scale, 1)) for one, scale in zip(found, told, strict=True)]


def _in_seconds_or_minutes(found: Found) -> float:
    """How many of the unit a second is, where the duration is told in seconds or in minutes alone; else 0."""
    if not found.bounded or found.exact or _number(found.estimate) >= LONGEST_IN_MINUTES:
        return 0.0
    return 1.0 if _number(found.estimate) < LONGEST_IN_SECONDS else 1 / 60


def _together(decimals: Sequence[int]) -> int:
    """The decimals of figures side by side: the most of any, if no other would get more than one added."""
    return max(decimals) if decimals and max(decimals) - min(decimals) <= 1 else 0


def _half_known(found: Found) -> str:
    """The interval of a time that has a lower bound but no finite upper one, in brackets; else ""."""
    if found.lower is None or found.bounded or not math.isfinite(found.lower):
        return ""
    if found.finite and found.upper is not None:
        return f" ({_bound(found.lower)} to {LATER})"
    return f" (≥ {_bound(found.lower)})" if found.lower > 0 else ""


def _bound(seconds: float | None, outwards: Callable[[float], int] = math.floor) -> str:
    """A bound of a time in a unit of its own, rounded `outwards` to what the time alone would be told to."""
    value = _number(seconds)
    step = next(step for longest, step in STEPS if value < longest)
    rounded = outwards(value / step + (1e-7 if outwards is math.floor else -1e-7)) * step
    return duration(Found(rounded)) if rounded > 0 else "0"


def _span(seconds: float) -> str:
    """A bound of a time; no time is shorter than none."""
    return format_duration(seconds * 1000) if seconds > 0 else "0"


# --- how a number and its interval are written ----------------------------------------------------------


def number(value: float, decimals: int) -> str:
    """A plain number with so many decimals and thousands set apart; never `-0.0`."""
    text = f"{value:,.{decimals}f}"
    return text.lstrip("-") if not text.strip("-0.,") else text


def _with_interval(found: Found, scale: float, decimals: int, unit: str = "") -> str:
    estimate = _rounded(found, scale, decimals)
    if not found.bounded and estimate:
        return number(estimate, decimals) + unit
    if found.exact or not found.bounded:
        return number(estimate, _exact_decimals(estimate, decimals)) + unit
    return _interval(found, scale, decimals, unit, even=True).text


def _share(found: Found, target: float | None) -> Written:
    """The shortest way to write the share that does not hide its verdict, in per cent."""
    for decimals, even in SHORTEST_FIRST:
        written = _interval(found, 100, decimals, "%", even)
        shown = Found(found.estimate, written.lower / 100, written.upper / 100)
        if verdict(shown, target) == verdict(found, target):
            break
    return written


def _interval(found: Found, scale: float, decimals: int, unit: str, even: bool) -> Written:
    """The figure with its interval.

    Nearly equal halves are written as one, the greater, if they may be `even`.
    """
    estimate = _rounded(found, scale, decimals)
    lower, upper = _outwards(found, scale, decimals)
    below, above = estimate - lower, upper - estimate
    shown = number(estimate, decimals)
    if unit == "%" and lower <= 0 and upper >= 100:
        return Written(f"{shown}% (0 to 100)", estimate, 0.0, 100.0)
    if unit == "%" and upper >= 100:
        return Written(f"{shown}% (≥ {number(lower, decimals)}%)", estimate, lower, 100.0)
    if unit == "%" and lower <= 0:
        return Written(f"{shown}% (≤ {number(upper, decimals)}%)", estimate, 0.0, upper)
    if even and _even(estimate, lower, upper, 10.0**-decimals):
        half = round(max(below, above), decimals)
        text = f"{shown}{unit if unit == '%' else ''} ± {number(half, decimals)}{unit}"
        return Written(text, estimate, round(estimate - half, decimals), round(estimate + half, decimals))
    text = f"{shown}{unit} ({number(lower, decimals)} to {number(upper, decimals)})"
    return Written(text, estimate, lower, upper)


def _even(estimate: float, lower: float, upper: float, step: float) -> bool:
    """Are the halves of an interval so nearly equal that the greater may stand for both?

    Then it claims a little less than was found on one side; what is more lopsided is shown as it is, and so
    is what would seem to reach below nothing.
    """
    below, above = estimate - lower, upper - estimate
    half = max(below, above)
    if estimate - half < -1e-9 * step and lower >= 0:
        return False
    return abs(below - above) <= max(1.01 * step, LOPSIDED * half)


def _difference(found: Found, scale: float, least: int, unit: str) -> str:
    if not found.finite:
        return _without_number(found)
    sign = -1.0 if _number(found.estimate) < 0 else 1.0
    decimals = _decimals(found, scale, least)
    if found.bounded:
        while decimals < MOST_DECIMALS and _covers_zero(*_outwards(found, scale, decimals)) != _covers_zero(
            _number(found.lower), _number(found.upper)
        ):
            decimals += 1
    value = sign * _rounded(found, scale, decimals)
    size = number(value, _exact_decimals(value, decimals) if found.exact else decimals) + unit
    if not found.bounded or found.exact:
        return size
    bounds = sorted(sign * bound for bound in _outwards(found, scale, decimals))
    return f"{size} ({number(bounds[0], decimals)} to {number(bounds[1], decimals)})"


def _covers_zero(lower: float, upper: float) -> bool:
    return lower <= 0 <= upper


def _without_number(found: Found) -> str:
    return UNDEFINED if found.estimate is None or math.isnan(found.estimate) else LATER


def _decimals(found: Found, scale: float, least: int) -> int:
    """Decimals enough to show one figure of the half-width that is not 0, and one where it is below 10."""
    if not found.bounded:
        size = abs(_number(found.estimate) * scale)
        return max(least, 0 if size >= 100 or size == 0 else 1 if size >= 10 else 2)
    half = _half(found)
    if found.exact or half <= 0:
        return max(least, 2)
    return min(MOST_DECIMALS, max(least, int(half * scale < 10), -math.floor(math.log10(half * scale))))


def _decimals_beside(estimate: float, target: float | None) -> int:
    """Decimals that tell a share without an interval from a target that it does not reach."""
    for decimals in range(1, MOST_DECIMALS):
        if target is None or (round(estimate * 100, decimals) < round(target * 100, 6)) == (
            estimate < target
        ):
            return decimals
    return MOST_DECIMALS


def _half(found: Found) -> float:
    """The greater half of the interval; 0 if there is none."""
    if not found.bounded:
        return 0.0
    estimate = _number(found.estimate)
    return max(_number(found.upper) - estimate, estimate - _number(found.lower))


def _exact_decimals(value: float, most: int) -> int:
    return next((some for some in range(most) if round(value, some) == round(value, most)), most)


def _rounded(found: Found, scale: float, decimals: int) -> float:
    return round(_number(found.estimate) * scale, decimals)


def _outwards(found: Found, scale: float, decimals: int) -> tuple[float, float]:
    """The bounds, rounded down and up; a billionth of a step is no reason to go one further."""
    if not found.bounded:
        return -math.inf, math.inf
    step = 10.0**decimals
    lower = math.floor(_number(found.lower) * scale * step + 1e-7) / step
    upper = math.ceil(_number(found.upper) * scale * step - 1e-7) / step
    return lower, upper


def _number(value: float | None) -> float:
    if value is None:
        raise ValueError("no number where there has to be one")
    return value
