"""Chats: how many contacts an agent may have in hand at once, and how fast each then goes on."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.faults import Fault, Faults
from simcare.scenario.fields import Reads
from simcare.scenario.quantities import QuantityError
from simcare.scenario.source import DidYouMean

MOST_AT_ONCE = 100
"""Nobody has more than this in hand."""

FULL_PACE = 1_000_000
"""A pace of 100% in parts per million."""

_KEYS = ("at_once", "pace_each", "pace_in_total")
_EXPECTED = f"a number of chats from 1 to {MOST_AT_ONCE}, or a map with the keys {', '.join(_KEYS)}"

_at_once = partial(q.parse_whole, least=1, most=MOST_AT_ONCE, what="a number of chats")


def read_chats(written: Any) -> tuple[int, ...]:
    """The pace of each step in parts per million, with one in hand, with two, … as many as there may be.

    A pace in total is shared equally, to the nearest part per million.
    """
    if not isinstance(written, dict):
        try:
            return (FULL_PACE,) * _at_once(written)
        except QuantityError:
            raise QuantityError(_EXPECTED, written) from None
    faults = Faults()
    for key in written:
        if key not in _KEYS:
            faults.add(
                Fault(f"a key of chats ({', '.join(_KEYS)})", DidYouMean(str(key), _KEYS), (key,), True)
            )
    given = [key for key in ("pace_each", "pace_in_total") if key in written]
    if len(given) == 2:
        faults.add(Fault("pace_each or pace_in_total", at=(given[1],), of_key=True, got="both"))
    at_once = faults.read(_at_once, written["at_once"], ("at_once",)) if "at_once" in written else None
    if not given and "at_once" not in written and not faults.found:
        faults.add(Fault("the key 'at_once'", got="chats without it"))
    paces = _paces(written[given[0]], given[0], faults) if given else ()
    if given and not faults.found and at_once is not None and at_once != len(paces):
        expected = f"{at_once} paces, one for each number in hand from 1 to {at_once}"
        faults.add(Fault(expected, at=(given[0],), got=str(len(paces))))
    faults.stop()
    if not given:
        return (FULL_PACE,) * (at_once or 1)
    if given[0] == "pace_in_total":
        return tuple((pace + in_hand // 2) // in_hand for in_hand, pace in enumerate(paces, start=1))
    return paces


def _paces(written: Any, key: str, faults: Faults) -> tuple[int, ...]:
    if not isinstance(written, list) or not 1 <= len(written) <= MOST_AT_ONCE:
        faults.add(
            Fault("a list of paces, with one chat in hand, with two, …, such as [100%, 80%]", at=(key,))
        )
        return ()
    return tuple(faults.read(q.parse_speed, pace, (key, i)) or 0 for i, pace in enumerate(written))


Chats = Annotated[tuple[int, ...], Reads(read_chats, schemas.CHATS)]
