"""The audience of public complaints in planners' words: who sees and repeats them, what an answer changes.

Every word has a default, a grade of evidence and a source; `in_force` says which value holds on a channel and
who set it. What the words mean in formulas is told in docs/explanation/audience.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import inf, isinf
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.faults import Fault, refuse
from simcare.scenario.fields import Form, Number, PositiveDuration, Reads, Share, WrittenAs
from simcare.scenario.laws import Law
from simcare.scenario.quantities import HOUR, MINUTE, QuantityError, format_share, write_duration
from simcare.scenario.tables import Folder
from simcare.scenario.views import KernelWritten, Shape, ViewsWritten, kernel_in_words, views_in_words

Network = Literal["x", "facebook", "instagram"]
"""Networks whose posts have a life of their own."""

Grade = Literal["measured", "published", "assumed"]

FEWEST_RESHARES = 50
"""A crisis has at least so many reshares: below, its probability has no closed form that is good enough."""

TYPICAL_FOLLOWERS = Law("lognormal", (5.857933154483459, 1.6153527026349264))
"""Followers of those who complain in public: lognormal with median 350 and 99th percentile 15,000."""


@dataclass(frozen=True)
class Impatience:
    """Past so many ms without an answer, reshares come at `reshares` times the rate."""

    after: int
    reshares: float


class ImpatienceForm(Form):
    """What changes when an answer is long in coming."""

    noun = "impatience"

    after: PositiveDuration
    """From so long after the post on, if nobody has answered. Examples: `2 h`"""

    reshares: Annotated[float, Reads(partial(q.parse_share, least="100%", most="300%"), schemas.SHARE)]
    """How many reshares the same readers make then, compared with before: 100% or more. Examples: `130%`"""

    def canonical(self, folder: Folder) -> Impatience:
        """The mark and the factor."""
        return Impatience(self.after, self.reshares)


class ByFollowers(Form):
    """How reshares grow with the author's followers: in proportion to (followers + offset) to a power."""

    noun = "growth with followers"

    power: Annotated[float, Reads(partial(q.parse_ratio, most=2), schemas.RATIO)] = 0.5
    """The power: 1 would be in proportion, 0 the same for everybody.

    Default: `0.5`. Examples: `0.5`
    """

    offset: Number = 80
    """Followers added to everybody's, for posts are found without following too.

    Default: `80`. Examples: `80`
    """


def _tail(written: Any) -> float:
    """The tail index of heat; infinity if all complaints are alike."""
    if written == "off":
        return inf
    expected = "off, or the tail of the heat: a number above 1 such as 1.5"
    try:
        tail = q.parse_number(written, least=1, most=100, expected=expected)
    except QuantityError as error:
        raise QuantityError(expected, written, error.hint) from None
    if tail == 1:
        raise QuantityError(expected, written, "with a tail of 1 nothing has a mean")
    return tail


_CRISIS = re.compile(r"(.*\S)\s+reshares\Z")


def _reshares(written: Any) -> int:
    expected = f"a number of reshares from {FEWEST_RESHARES} on, such as 100 reshares"
    match = _CRISIS.match(written.strip()) if isinstance(written, str) and len(written) <= 40 else None
    if match is None:
        bare = isinstance(written, int) and not isinstance(written, bool) and written >= FEWEST_RESHARES
        raise QuantityError(expected, written, f"did you mean {written} reshares?" if bare else "")
    try:
        return q.parse_whole(match[1], least=FEWEST_RESHARES, most=10**9)
    except QuantityError:
        raise QuantityError(expected, written) from None


_Factor = Annotated[float, Reads(partial(q.parse_share, most="300%"), schemas.SHARE)]


class Virality(Form):
    """How a public complaint spreads. Every key has a default; `simcare show FILE --virality` lists them with
    their evidence.
    """

    noun = "virality"

    seen_by: Share | None = None
    """The share of the author's followers who see a post, sooner or later; it scales all views alike.

    Default: `5%`. Examples: `5%`
    """

    view_half_life: PositiveDuration | None = None
    """When half of the views of a post have come.

    Default: `85 min`. Examples: `85 min`, `19 h`
    """

    kernel: KernelWritten | None = None
    """How views come in time: as measured, fast at first and then ever slower (`long-tailed`), at a rate that
    falls evenly (`exponential`), or with a time scale of its own.

    Default: `long-tailed`. Examples: `exponential`, `{exponential: {mean: 90 min}}`, `{power_law: {}}`
    """

    views: ViewsWritten | None = None
    """For lessons, in place of followers, kernel and reshares: so many views a minute until somebody answers.

    Examples: `{per_minute: 20, growth: 3%/min}`
    """

    reshared_at_least_once: (
        Annotated[float, Reads(partial(q.parse_share, most="90%"), schemas.SHARE)] | None
    ) = None
    """The share of complaints, if never answered, that anybody reshares: of authors with the usual followers.

    Default: `6.5%`. Examples: `6.5%`
    """

    reshares_of_a_complaint: (
        Annotated[float, Reads(partial(q.parse_number, most=1_000_000), schemas.NUMBER)] | None
    ) = None
    """Instead of `reshared_at_least_once`: how often a complaint is reshared on average, reshares of reshares
    included, if it is never answered: of authors with the usual followers. Examples: `0.1`
    """

    reshares_per_reshare: Annotated[float, Reads(partial(q.parse_ratio, most=0.95), schemas.RATIO)] | None = (
        None
    )
    """How many further reshares each reshare leads to, on average.

    Default: `0.1`. Examples: `0.1`, `10%`
    """

    reshares_by_followers: ByFollowers | None = None
    """How reshares grow with the author's followers. Examples: `{power: 0.5, offset: 80}`"""

    followers_of_resharers: Number | None = None
    """How many follow somebody who reshares, on average.

    Default: `1500`. Examples: `1500`
    """

    answered: _Factor | None = None
    """What is left of reshares once a person has answered, compared with before; above 100% if an answer
    draws attention.

    Default: `60%`. Examples: `60%`
    """

    template: _Factor | None = None
    """What is left of reshares once an answer from a template, or an acknowledgement, has been sent.

    Default: `90%`. Examples: `90%`
    """

    resolved: _Factor | None = None
    """What is left of reshares once the complaint is resolved.

    Default: `25%`. Examples: `25%`
    """

    impatient: Annotated[Impatience, WrittenAs(ImpatienceForm)] | None = None
    """More reshares of what nobody answers for long; without it there is no such mark.

    Examples: `{after: 2 h, reshares: 120%}`
    """

    heat: Annotated[float, Reads(_tail, schemas.HEAT)] | None = None
    """How unequal complaints are: most hardly stir anybody, few a whole town. The number is the tail of their
    heat (Pareto's index), the smaller the more unequal; with `off` all are alike.

    Default: `1.5`. Examples: `1.5`, `off`
    """

    crisis_at: Annotated[int, Reads(_reshares, schemas.RESHARES)] | None = None
    """From how many reshares on a complaint is a crisis; 50 or more.

    Default: `100 reshares`. Examples: `500 reshares`
    """

    trending: Annotated[int, Reads(_reshares, schemas.RESHARES)] | None = None
    """From how many reshares on an incident trends: those of all complaints together that arrive while one
    surge lasts; 50 or more. Without it nothing is said of incidents. Examples: `1_000 reshares`
    """

    many_followers: (
        Annotated[int, Reads(partial(q.parse_whole, what="a number of followers"), schemas.WHOLE)] | None
    ) = None
    """Who has more followers than this has many: first replies to them, and to all others, have figures of
    their own where a plan goes by followers.

    Default: `10_000`. Examples: `10_000`, `50k`
    """

    until: Literal["reply", "answer"] | None = None
    """What ends the time unanswered: the first reply sent, or its handling begun, as textbooks have it.

    Default: `reply`. Examples: `answer`
    """

    pile_on: Share | None = None
    """The share of reshares that are complaints themselves and need an answer: then slow answers make more
    work. They come as contacts of the same type.

    Default: `0%`. Examples: `20%`
    """

    def canonical(self, folder: Folder) -> Virality:
        """The same, refused if it says one thing in two ways."""
        if self.model_fields_set.issuperset(EITHER):
            raise refuse(Fault(f"{EITHER[0]} or {EITHER[1]}", at=(EITHER[1],), of_key=True, got="both"))
        if isinstance(self.kernel, Shape) and self.view_half_life is not None:
            expected = "view_half_life or a kernel with a time scale of its own"
            raise refuse(Fault(expected, at=("view_half_life",), of_key=True, got="both"))
        beside = [key for key in type(self).model_fields if key in self.model_fields_set - BESIDE_VIEWS]
        if self.views is not None and beside:
            expected = f"{beside[0]} or views"
            hint = "where so many views a minute are given, nothing else is asked of readers"
            raise refuse(Fault(expected, hint, (beside[0],), True, "both"))
        return self


BESIDE_VIEWS = frozenset({"views", "until", "many_followers"})
"""What may stand beside `views`, and means something where they hold."""

OF_ALL = ("trending", "many_followers")
"""What is not of a channel: incidents and classes of followers go through all of them."""

EITHER = ("reshared_at_least_once", "reshares_of_a_complaint")
"""Two ways to say the same."""

ViralityWritten = Annotated[Virality, WrittenAs(Virality)]


class Known(NamedTuple):
    """What is known of a parameter: its default, in which range it is found, how well and from where."""

    what: str
    default: Any
    range: str
    grade: Grade
    source: str


TWEETS = "9,177 negative tweets to US airlines, 2015"
NO_DATA = "no data known: vary it"
YOURS = "a line that is yours to draw"
CASCADES = "3,333 cascades of #auspol; 988 random retweeted tweets, 2019; 100 large cascades, 2011"

KNOWN: Mapping[str, Known] = MappingProxyType(
    {
        "seen_by": Known(
            "followers who see a post",
            0.05,
            "1–20%",
            "published",
            "organic reach that networks and agencies publish",
        ),
        "view_half_life": Known("half of the views come in", 85 * MINUTE, "20–150 min", "measured", CASCADES),
        "kernel": Known("views in time", "long-tailed", "", "measured", CASCADES),
        "views": Known("views until an answer", None, "", "assumed", "for lessons"),
        "reshared_at_least_once": Known("reshared if never answered", 0.065, "2–30%", "measured", TWEETS),
        "reshares_of_a_complaint": Known(
            "reshares on average if never answered", None, "0.02–0.7", "assumed", "this scenario"
        ),
        "reshares_by_followers": Known(
            "growth with followers", ByFollowers(), "power 0.3–0.6", "measured", TWEETS
        ),
        "reshares_per_reshare": Known("reshares of a reshare", 0.1, "0–0.3", "measured", CASCADES),
        "followers_of_resharers": Known("followers of a resharer", 1500.0, "800–2,900", "measured", CASCADES),
        "answered": Known(
            "reshares left once answered",
            0.6,
            "30–110%",
            "published",
            "by analogy: reposts −46% below a Community Note (Slaughter et al. 2025)",
        ),
        "template": Known("reshares left after a template", 0.9, "60–110%", "assumed", NO_DATA),
        "resolved": Known("reshares left once resolved", 0.25, "10–60%", "assumed", NO_DATA),
        "impatient": Known("more when nobody answers", None, "100–130%", "assumed", NO_DATA),
        "heat": Known("tail of their heat", 1.5, "1.3–1.8", "measured", f"{TWEETS}; {CASCADES}"),
        "crisis_at": Known("a crisis begins at", 100, "", "assumed", YOURS),
        "trending": Known("an incident trends at", None, "", "assumed", YOURS),
        "many_followers": Known("many followers are more than", 10_000, "", "assumed", YOURS),
        "until": Known("unanswered until", "reply", "", "assumed", YOURS),
        "pile_on": Known("reshares that need an answer", 0.0, "", "assumed", NO_DATA),
    }
)
"""Every parameter by its key, in the order in which they are shown."""

HALF_LIFE_ON: Mapping[Network, Known] = MappingProxyType(
    {
        "x": KNOWN["view_half_life"],
        "facebook": KNOWN["view_half_life"]._replace(
            default=55 * MINUTE, range="30–80 min", grade="published", source="published lifetimes of posts"
        ),
        "instagram": KNOWN["view_half_life"]._replace(
            default=19 * HOUR, range="about 19 h", grade="published", source="published lifetimes of posts"
        ),
    }
)
"""The half-life of views where the network of a channel is given."""


class InForce(NamedTuple):
    """A parameter as it holds on a channel: its value, who set it ("" for the default), what is known."""

    value: Any
    set_by: str
    known: Known


def in_force(
    everywhere: Virality, channel: str, network: Network | None, own: Virality
) -> dict[str, InForce]:
    """Every parameter on a channel: the channel's own word before that for all, before the network's, before
    the default. Of the two ways to say how often complaints are reshared the one in force is there. Where the
    nearest word is `views`, they hold, and nothing that is not `BESIDE_VIEWS`.
    """
    found = {key: InForce(known.default, "", known) for key, known in KNOWN.items()}
    if network is not None:
        known = HALF_LIFE_ON[network]
        found["view_half_life"] = InForce(
            known.default, "" if network == "x" else f"network {network}", known
        )
    for words, where in ((everywhere, "virality"), (own, f"channels.{channel}.virality")):
        if words.model_fields_set - BESIDE_VIEWS:
            found["views"] = InForce(None, "", KNOWN["views"])
        for key in words.model_fields_set:
            found[key] = InForce(getattr(words, key), where, KNOWN[key])
            if key in EITHER:
                found[_other(key)] = InForce(None, where, KNOWN[_other(key)])
    unused = [key for key in EITHER if found[key].value is None]
    return {key: one for key, one in found.items() if key not in unused}


def _other(key: str) -> str:
    return EITHER[1 - EITHER.index(key)]


def written(key: str, value: Any) -> str:
    """A value as the language writes it."""
    match key:
        case "seen_by" | "reshared_at_least_once" | "answered" | "template" | "resolved" | "pile_on":
            return format_share(value)
        case "view_half_life":
            return write_duration(value)
        case "kernel":
            return kernel_in_words(value)
        case "views":
            return "off" if value is None else views_in_words(value)
        case "reshares_by_followers":
            return f"power {value.power:g}, offset {value.offset:g}"
        case "impatient":
            return (
                "off"
                if value is None
                else f"{format_share(value.reshares)} after {write_duration(value.after)}"
            )
        case "heat":
            return "off" if isinf(value) else f"{value:g}"
        case "many_followers":
            return f"{value:,}"
        case "crisis_at" | "trending":
            return "off" if value is None else f"{value:,} reshares"
    return f"{value:,g}" if isinstance(value, float) else str(value)
