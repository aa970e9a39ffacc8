"""The order by audience, in whole numbers: how often a complaint is seen this minute, while nobody answers.

What has many followers is seen by many, and what was posted long ago by few. Only first replies on public
channels have an audience to lose.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import Tape
from simcare.scenario.scenario import Scenario
from simcare.scenario.views import Views
from simcare.staffing.rules import Rules
from simcare.virality.chosen import audience_of
from simcare.virality.exposure import by_age

Int = NDArray[np.int64]
Float = NDArray[np.float64]

MINUTE = 60_000
FINE_ROWS, COARSE_ROW, DAYS = 240, 15, 14
"""An age has a row a minute for the first four hours, then one a quarter of an hour, up to two weeks."""

_PLAIN_WEIGHT = 1000.0  # so that a thousand views a minute fit beside what has followers

_MOST = 2**30  # of each factor, so that sums of products fit 64 bits


def tables_of(scenario: Scenario) -> tuple[Int, Float]:
    """`Rules.views_by_age` and `Rules.reshares` of a plan whose order is `audience`."""
    minutes = np.concatenate(
        (np.arange(FINE_ROWS), np.arange(FINE_ROWS, DAYS * 1440, COARSE_ROW, dtype=np.int64))
    )
    views = np.zeros((len(scenario.contact_names), len(minutes), 2), dtype=np.int64)
    reshares = np.zeros((len(views), 3))
    for number, name in enumerate(scenario.contact_names):
        if scenario.is_public(name):
            plain = scenario.virality_of(name)["views"].value
            if plain is None:
                audience = audience_of(scenario, name)
                a_minute = np.stack(by_age(audience, minutes), axis=1)
                base, *growth = audience.base_reshares, audience.follower_exponent, audience.follower_offset
            else:
                a_minute = _plain(plain, minutes)
                base, *growth = _PLAIN_WEIGHT, 0.0, 0.0
            views[number] = np.minimum(np.rint(1e9 * a_minute), _MOST)
            reshares[number] = base, *growth
    return views, reshares


def _plain(views: Views, minutes: Int) -> Float:
    """So many views a minute, whoever wrote it: in the column of reshares, of which all have as many."""
    rate = views.per_minute * np.exp(views.growth * np.minimum(minutes, views.lasts / MINUTE))
    rate[minutes * MINUTE >= views.lasts] = 0.0
    return np.stack((np.zeros_like(rate), rate / _PLAIN_WEIGHT), axis=1)


def age_row(age_ms: int, rows: int) -> int:
    """The row of an age in a table of so many; the last one holds for ever."""
    row = age_ms // MINUTE
    if row >= FINE_ROWS:
        row = FINE_ROWS + (row - FINE_ROWS) // COARSE_ROW
    return min(row, rows - 1)


def weights_of(tape: Tape, rules: Rules) -> Int:
    """What the views by age are multiplied with, of shape (contacts, 2): followers, and thousandths of the
    reshares to be expected; 0 for private contacts.
    """
    base, exponent, offset = rules.reshares[tape.type_of_contact].T
    expected = base * ((tape.followers + offset) / 1000) ** exponent
    both = np.stack((tape.followers, np.rint(1000 * expected)), axis=1)
    return np.where(rules.public[tape.type_of_contact, None], np.minimum(both, _MOST), 0).astype(np.int64)
