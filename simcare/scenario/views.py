"""When a post is seen, in words: kernels, and for lessons so many views a minute."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.faults import Fault, one_of, refuse
from simcare.scenario.fields import (
    AS_LIST,
    AS_MAP,
    Form,
    Number,
    PositiveDuration,
    Reads,
    WrittenAs,
    list_or_map,
)
from simcare.scenario.quantities import DAY, HOUR, MINUTE, QuantityError, write_duration
from simcare.scenario.source import DidYouMean
from simcare.scenario.tables import Folder

# ---- kernels -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape:
    """A kernel with a time scale of its own: `scale` is the mean of an exponential one, or how long a power
    law is flat (ms); `exponent` is that of the power law, 0 for none.
    """

    scale: int
    exponent: float = 0.0


class ExponentialKernelForm(Form):
    """Views whose rate falls evenly."""

    noun = "an exponential kernel"

    mean: PositiveDuration
    """The mean age of a post when it is seen. Examples: `90 min`"""


class PowerLawForm(Form):
    """Views whose rate is constant at first and then falls as a power of the age."""

    noun = "a power law"

    exponent: Annotated[float, Reads(partial(q.parse_number, least=0.01, most=10), schemas.NUMBER)] = 0.242
    """The rate falls as the age to the power −(1 + exponent); as found for Twitter.

    Default: `0.242`. Examples: `0.242`
    """

    flat: PositiveDuration = 5 * MINUTE
    """How long the rate is constant.

    Default: `5 min`. Examples: `5 min`
    """


class KernelForm(Form):
    """A kernel with a time scale of its own, in place of `view_half_life`. Exactly one key."""

    noun = "a kernel"

    exponential: ExponentialKernelForm | None = None
    """As in textbooks: the rate of views falls evenly. Examples: `{mean: 90 min}`"""

    power_law: PowerLawForm | None = None
    """As in SEISMIC (Zhao et al. 2015), followed for two weeks by a mixture of ten exponentials.

    Examples: `{exponent: 0.242, flat: 5 min}`
    """

    def canonical(self, folder: Folder) -> Shape:
        """The one that is given."""
        one_of(self, ("exponential", "power_law"), "a kernel")
        if self.exponential is not None:
            return Shape(self.exponential.mean)
        assert self.power_law is not None
        return Shape(self.power_law.flat, self.power_law.exponent)


WORDS = ("long-tailed", "exponential")


def _word(written: Any) -> str:
    if written in WORDS:
        return str(written)
    expected = "long-tailed, exponential, or a map such as {exponential: {mean: 90 min}}"
    raise QuantityError(expected, written, str(DidYouMean(str(written), WORDS)))


Kernel = Literal["long-tailed", "exponential"] | Shape
KernelWritten = Annotated[
    Annotated[Kernel, Reads(_word, {"enum": list(WORDS)}), Tag(AS_LIST)]
    | Annotated[Kernel, WrittenAs(KernelForm), Tag(AS_MAP)],
    Discriminator(list_or_map),
]


def kernel_in_words(kernel: Kernel) -> str:
    """A kernel for people."""
    if isinstance(kernel, str):
        return kernel
    if kernel.exponent:
        return f"power law {kernel.exponent:g}, flat for {write_duration(kernel.scale)}"
    return f"exponential, mean {write_duration(kernel.scale)}"


# ---- so many views a minute --------------------------------------------------------------------------------

_UNITS = {"min": MINUTE, "h": HOUR, "day": DAY}
_GROWTH = re.compile(r"(.*%)\s?/\s?(min|h|day)\Z")

MOST_FOLDS = 60
"""Views may grow over their life by a factor of at most exp(60), so that squares of sums are numbers."""


def _growth(written: Any) -> float:
    """Growth a minute, from ``3%/min``."""
    expected = "a growth such as 3%/min or 20%/h"
    match = _GROWTH.match(written.strip()) if isinstance(written, str) and len(written) <= 40 else None
    if match is None:
        raise QuantityError(expected, written)
    try:
        share = q.parse_share(match[1], most="100000%")
    except QuantityError:
        raise QuantityError(expected, written) from None
    return share * MINUTE / _UNITS[match[2]]


@dataclass(frozen=True)
class Views:
    """Views a minute of a new post, their growth a minute (continuous), and how long they last (ms)."""

    per_minute: float
    growth: float
    lasts: int


class ViewsForm(Form):
    """So many views a minute, for lessons: while nobody answers, a post is seen at this rate, whoever wrote
    it; once it is answered, or has lasted so long, nobody is counted any more. Nobody reshares.
    """

    noun = "views"

    per_minute: Number
    """Views a minute of a new post. Examples: `20`"""

    growth: Annotated[float, Reads(_growth, schemas.GROWTH)] = 0.0
    """By how much the rate grows, continuously: after *t* minutes it is per_minute · exp(growth · *t*).

    Default: `0%/min`. Examples: `3%/min`, `20%/h`
    """

    lasts: PositiveDuration = DAY
    """How old a post is when nobody sees it any more.

    Default: `1 day`. Examples: `6 h`
    """

    def canonical(self, folder: Folder) -> Views:
        """The same, refused if it grows without bounds."""
        folds = self.growth * self.lasts / MINUTE
        if folds > MOST_FOLDS:
            key = "lasts" if "lasts" in self.model_fields_set else "growth"
            most = write_duration(int(MOST_FOLDS / self.growth) * MINUTE)
            hint = f"at this growth it may last {most}" if self.growth < MOST_FOLDS else ""
            raise refuse(Fault("views that grow less over their life", hint, (key,)))
        return Views(self.per_minute, self.growth, self.lasts)


ViewsWritten = Annotated[Views, WrittenAs(ViewsForm)]


def views_in_words(views: Views) -> str:
    """Views for people."""
    grows = f", growing {100 * views.growth:.3g}% a minute" if views.growth else ""
    return f"{views.per_minute:,g} a minute{grows}, for {write_duration(views.lasts)}"
