"""Laws of chance as they are written: ``lognormal: {median: 16 min, p90: 20 h}`` and the like.

Each form becomes a `Law` in canonical parameters, in milliseconds for durations.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import exp, lgamma, log, log1p, sqrt
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field
from pydantic_core import PydanticCustomError

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.faults import Fault, below, one_of, refuse
from simcare.scenario.fields import Duration, Form, Number, Reads, Text, WrittenAs
from simcare.scenario.laws import KINDS, Law
from simcare.scenario.tables import Folder

MOST_VALUES = 1_000_000
"""An empirical law holds at most this many values."""

SMALLEST_CV = 0.001
"""Below this spread a value is as good as constant, and the parameters of a law lose their precision."""

NORMAL_QUANTILES = {"p90": 1.2815515655446004, "p95": 1.6448536269514722, "p99": 2.3263478740408408}
"""The standard normal quantiles that a lognormal may be given by."""

Q = TypeVar("Q", bound=float)
Cv = Annotated[float, Reads(partial(q.parse_ratio, least=SMALLEST_CV, most=100), schemas.RATIO)]


class OfQuantity(Form, Generic[Q]):
    """A form that is written with durations or with plain numbers."""

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """The name that the JSON Schema gives the form."""
        return f"{cls.__name__}{'OfDurations' if params[0] == Duration else 'OfNumbers'}"


class ExponentialForm(OfQuantity[Q], Generic[Q]):
    """An exponential law: many short, few long, no memory."""

    noun = "an exponential law"

    mean: Q
    """The mean."""

    def law(self) -> Law:
        """The canonical law."""
        _above_zero("mean", self.mean)
        return Law("exponential", (float(self.mean),))


class LognormalForm(OfQuantity[Q], Generic[Q]):
    """A lognormal law, given by two of its features: mean and cv, mean and a quantile, or median and a
    quantile.
    """

    noun = "a lognormal law"

    mean: Q | None = None
    """The mean; with `cv` or one quantile."""

    median: Q | None = None
    """Half of the values are below; with one quantile."""

    cv: Cv | None = None
    """Standard deviation over mean; with `mean`. Examples: `1.2`, `80%`"""

    p90: Q | None = None
    """Nine in ten values are below."""

    p95: Q | None = None
    """Nineteen in twenty values are below."""

    p99: Q | None = None
    """99 in 100 values are below."""

    def law(self) -> Law:
        """The canonical law (mu, sigma)."""
        given = [
            key for key in ("mean", "median", "cv", "p90", "p95", "p99") if getattr(self, key) is not None
        ]
        fits = [["mean", "cv"], *([centre, p] for centre in ("mean", "median") for p in NORMAL_QUANTILES)]
        if given not in fits:
            raise refuse(
                Fault(
                    "mean and cv, or mean or median with one of p90, p95, p99",
                    got=" and ".join(given) if given else "an empty map",
                )
            )
        centre, spread = given
        middle = float(getattr(self, centre))
        _above_zero(centre, middle)
        if spread == "cv":
            sigma = _sigma_of_cv(self.cv or 0.0)
            return Law("lognormal", (log(middle) - sigma**2 / 2, sigma))
        high, z = float(getattr(self, spread)), NORMAL_QUANTILES[spread]
        if high <= middle:
            raise refuse(Fault(f"a {spread} above the {centre}", at=(spread,)))
        ratio = log(high / middle)
        if centre == "median":
            return Law("lognormal", (log(middle), ratio / z))
        if 2 * ratio > z * z:
            most = f"{exp(z * z / 2):.3g}"
            raise refuse(
                Fault(
                    f"a {spread} at most {most} times the mean, which no lognormal exceeds",
                    "give the median instead of the mean",
                    (spread,),
                )
            )
        sigma = z - sqrt(
            z * z - 2 * ratio
        )  # the smaller of two: a quantile well above the mean, not a spike and a tail
        return Law("lognormal", (log(middle) - sigma**2 / 2, sigma))


class SpreadForm(OfQuantity[Q], Generic[Q]):
    """A law given by its mean and its coefficient of variation."""

    noun = "a law with mean and cv"

    mean: Q
    """The mean."""

    cv: Cv
    """Standard deviation over mean. Examples: `0.5`, `80%`"""


class GammaForm(SpreadForm[Q], Generic[Q]):
    """A gamma law; with cv 1 it is exponential."""

    noun = "a gamma law"

    def law(self) -> Law:
        """The canonical law (shape 1/cv², scale)."""
        _above_zero("mean", self.mean)
        return Law("gamma", (self.cv**-2, self.mean * self.cv**2))


class WeibullForm(SpreadForm[Q], Generic[Q]):
    """A Weibull law; with cv 1 it is exponential."""

    noun = "a Weibull law"

    def law(self) -> Law:
        """The canonical law (shape, scale)."""
        _above_zero("mean", self.mean)
        shape = _weibull_shape(self.cv)
        return Law("weibull", (shape, self.mean / exp(lgamma(1 + 1 / shape))))


class UniformForm(OfQuantity[Q], Generic[Q]):
    """A uniform law: every value between two ends is as likely."""

    noun = "a uniform law"

    from_: Q = Field(alias="from")
    """The least value."""

    to: Q
    """The greatest value."""

    def law(self) -> Law:
        """The canonical law (low, high)."""
        if self.from_ >= self.to:
            raise refuse(Fault("an end above the beginning", "for a single value use `constant`", ("to",)))
        return Law("uniform", (float(self.from_), float(self.to)))


class EmpiricalCountsForm(Form):
    """Measured numbers: each value of a CSV column is as likely."""

    noun = "an empirical law"

    csv: Text
    """The CSV file, from the scenario's folder."""

    column: Text
    """The column that holds the values."""

    def canonical_law(self, folder: Folder, parse: Callable[[str], float]) -> Law:
        """The canonical law (sorted values)."""
        values = sorted(folder.column(self.csv, self.column, parse))
        if len(values) > MOST_VALUES:
            raise refuse(Fault(f"at most {MOST_VALUES:_} values", got=f"{len(values):_}", at=("csv",)))
        return Law("empirical", tuple(values))

    def law(self, folder: Folder) -> Law:
        """The canonical law (sorted values)."""
        return self.canonical_law(folder, _plain_value)


class EmpiricalDurationsForm(EmpiricalCountsForm):
    """Measured durations: each value of a CSV column is as likely."""

    unit: Literal["ms", "s", "min", "h"]
    """The unit of the column's numbers."""

    def law(self, folder: Folder) -> Law:
        """The canonical law (sorted values, ms)."""
        size = {"ms": 1, "s": q.SECOND, "min": q.MINUTE, "h": q.HOUR}[self.unit]
        return self.canonical_law(folder, lambda text: _plain_value(text, q.LONGEST / size) * size)


class LawForm(OfQuantity[Q], Generic[Q]):
    """A law of chance: exactly one of the kinds."""

    noun = "a law of chance"

    constant: Q | None = None
    """Always this value."""

    exponential: ExponentialForm[Q] | None = None
    """Many short, few long, no memory: the law of textbooks."""

    lognormal: LognormalForm[Q] | None = None
    """Most near the median, a long tail: fits handling times and pauses well."""

    gamma: GammaForm[Q] | None = None
    """Like the exponential, with a spread of its own."""

    weibull: WeibullForm[Q] | None = None
    """Like the exponential, with a spread of its own and a lighter or heavier tail."""

    uniform: UniformForm[Q] | None = None
    """Every value between two ends is as likely."""

    def law_of(self, kind: str, folder: Folder) -> Law:
        """The canonical law of the kind that is given."""
        form = getattr(self, kind)
        if kind == "constant":
            return Law("constant", (float(form),))
        try:
            law: Law = form.law(folder) if kind == "empirical" else form.law()
        except PydanticCustomError as error:
            raise below(error, kind) from None
        return law


class DurationLaws(LawForm[Duration]):
    """Laws of durations."""

    empirical: EmpiricalDurationsForm | None = None
    """Durations measured, from a CSV column."""


class DurationLawForm(DurationLaws):
    """A law of durations: exactly one of the kinds."""

    def canonical(self, folder: Folder) -> Law:
        """The law in milliseconds."""
        return self.law_of(one_of(self, KINDS, "a law of chance"), folder)


class NumberLawForm(LawForm[Number]):
    """A law of numbers: exactly one of the kinds."""

    empirical: EmpiricalCountsForm | None = None
    """Numbers measured, from a CSV column."""

    def canonical(self, folder: Folder) -> Law:
        """The law in plain numbers."""
        return self.law_of(one_of(self, KINDS, "a law of chance"), folder)


DurationLaw = Annotated[Law, WrittenAs(DurationLawForm)]
NumberLaw = Annotated[Law, WrittenAs(NumberLawForm)]


# ---- pieces ------------------------------------------------------------------------------------------------


def _sigma_of_cv(cv: float) -> float:
    return sqrt(log1p(cv**2))


def _above_zero(key: str, value: float) -> None:
    if value <= 0:
        raise refuse(Fault(f"a {key} above zero", at=(key,)))


def _plain_value(text: str, most: float = q.LARGEST) -> float:
    number = q.number_in_text(text)
    if isinstance(number, float) and 0 <= number <= most:
        return number
    return q.parse_number(number, most=most)  # which says what is wrong


def _weibull_shape(cv: float) -> float:
    """The shape whose coefficient of variation is `cv`, by bisection on its logarithm (cv falls as shape
    grows).
    """
    target = log1p(cv**2)
    low, high = log(1e-2), log(1e5)
    while high - low > 1e-14 * max(1.0, abs(high)):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        inverse = exp(-middle)
        if lgamma(1 + 2 * inverse) - 2 * lgamma(1 + inverse) > target:
            low = middle
        else:
            high = middle
    return exp((low + high) / 2)
