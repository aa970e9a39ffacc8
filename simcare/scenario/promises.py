"""Service levels: what was promised to whom, and how a promise is counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Literal

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.faults import Fault, one_of, refuse
from simcare.scenario.fields import (
    Duration,
    Form,
    Line,
    PositiveDuration,
    Reads,
    WrittenAs,
)
from simcare.scenario.lists import ALL, ContactTypes
from simcare.scenario.quantities import SECOND, write_duration
from simcare.scenario.tables import Folder

Definition = Literal["of_all", "of_answered", "without_short_abandons", "abandoned_in_time_count"]


Hours = Literal["all", "open"]


@dataclass(frozen=True)
class ServiceLevel:
    """A promise: a share of the contacts of some types is answered within a time.

    ``kind`` says which end of the handling of the first reply is meant: ``first_reply`` its end, ``answered``
    its start. ``within`` and ``short`` in ms. With ``hours`` "open", ``within`` is
    time in which the contact's channel is open.
    """

    contacts: tuple[str, ...]
    kind: Literal["first_reply", "answered"]
    within: int
    target: float | None
    definition: Definition
    short: int
    name: str
    hours: Hours = "all"

    def of(self, types: tuple[str, ...]) -> ServiceLevel:
        """The promise with ``all`` spelled out."""
        return replace(self, contacts=types) if self.contacts == ALL else self


class ServiceLevelForm(Form):
    """A promise: a share of contacts is answered within a time."""

    noun = "a service level"

    contacts: ContactTypes
    """The contact types it holds for: a name, a list of names, or `all`.

    Examples: `network-complaint`, `all`
    """

    first_reply_within: PositiveDuration | None = None
    """The first reply is sent within this time of the contact's arrival. Examples: `15 min`"""

    answered_within: PositiveDuration | None = None
    """Handling of the first reply begins within this time of the contact's arrival. Examples: `20 s`"""

    hours: Hours = "all"
    """Whether all time counts, or only that in which the channel or the desk is `open`.

    Default: `all`. Examples: `open`
    """

    target: Annotated[float, Reads(partial(q.parse_share, above=True), schemas.SHARE)] | None = None
    """The share that was promised. Examples: `90%`"""

    definition: Definition = "of_all"
    """What the share is taken of: everybody (`of_all`), those answered (`of_answered`), everybody but who
    left within `short` (`without_short_abandons`), or everybody, where leaving in time counts as served
    (`abandoned_in_time_count`).

    Default: `of_all`. Examples: `of_answered`
    """

    short: Duration = 5 * SECOND
    """Who leaves within this time is not counted, for `without_short_abandons`.

    Default: `5 s`.
    """

    name: Line | None = None
    """What reports call it; by default it is made of the promise. Examples: `badge`"""

    def canonical(self, folder: Folder) -> ServiceLevel:
        """The promise with its kind and name."""
        if "short" in self.model_fields_set and self.definition != "without_short_abandons":
            hint = "without it nobody is left out, however soon they leave"
            expected = "definition: without_short_abandons beside short"
            raise refuse(Fault(expected, hint, ("short",), got=f"definition: {self.definition}"))
        key = one_of(self, ("first_reply_within", "answered_within"), "a service level")
        within: int = getattr(self, key)
        name = self.name or default_name(key, within, self.definition, self.hours)
        kind: Literal["first_reply", "answered"] = (
            "first_reply" if key == "first_reply_within" else "answered"
        )
        return ServiceLevel(
            self.contacts, kind, within, self.target, self.definition, self.short, name, self.hours
        )


IN_WORDS: dict[Definition, str] = {
    "of_all": "of all",
    "of_answered": "of those answered",
    "without_short_abandons": "without short abandons",
    "abandoned_in_time_count": "leaving in time counts",
}
"""What a share is taken of, in a few words."""


def default_name(key: str, within: int, definition: Definition, hours: Hours) -> str:
    """What a promise is called that has no name of its own: `first reply within 15 min`."""
    name = f"{key.replace('_', ' ')} {write_duration(within)}"
    name += ", open hours" if hours == "open" else ""
    return name if definition == "of_all" else f"{name}, {IN_WORDS[definition]}"


Promise = Annotated[ServiceLevel, WrittenAs(ServiceLevelForm)]
