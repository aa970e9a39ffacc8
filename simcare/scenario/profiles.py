"""Four measured shapes of a day: the share of messages or calls that came in each hour, local time.

Each is one year's figure of one organisation, so it says how a day can look, not how yours does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """24 shares of the day, for the hours from 00:00; they add up to 1 but for rounding."""

    name: str
    source: str
    weights: tuple[float, ...]


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            "airline-complaints-2015",
            "negative tweets to US airlines, February 2015, US Eastern time",
            (0.02868, 0.01996, 0.01379, 0.00907, 0.00726, 0.01053, 0.01246, 0.02154,
             0.03218, 0.03956, 0.0484, 0.05747, 0.05687, 0.05287, 0.05808, 0.05868,
             0.06776, 0.07078, 0.06038, 0.05602, 0.05457, 0.05771, 0.05832, 0.04707),
        ),
        Profile(
            "spotify-follow-ups-2017",
            "further messages of customers to Spotify's support on Twitter, 2017, US Eastern time",
            (0.0365, 0.0304, 0.03414, 0.02706, 0.02519, 0.02637, 0.02283, 0.02186,
             0.02935, 0.04289, 0.06017, 0.05808, 0.05461, 0.05434, 0.05066, 0.05149,
             0.05371, 0.06509, 0.06509, 0.04844, 0.04497, 0.03636, 0.02901, 0.03137),
        ),
        Profile(
            "bank-calls-il-1999",
            "calls to an Israeli bank, weekdays of 1999",
            (0.00317, 0.00099, 0.00046, 0.00013, 0.00013, 0.00063, 0.0033, 0.02672,
             0.06279, 0.07177, 0.0825, 0.07458, 0.06206, 0.07953, 0.07603, 0.07478,
             0.07672, 0.06242, 0.05529, 0.04399, 0.03884, 0.04102, 0.03521, 0.02692),
        ),
        Profile(
            "bank-calls-us-2003",
            "calls to a US bank, 2003",
            (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.03121,
             0.05924, 0.09915, 0.10456, 0.10107, 0.09577, 0.09192, 0.08941, 0.08567,
             0.0755, 0.05678, 0.044, 0.03496, 0.02862, 0.00215, 0.0, 0.0),
        ),
    )
}  # fmt: skip
"""The built-in profiles by name."""
