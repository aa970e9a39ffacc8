"""Writes the reference pages that come from the code: every key of the language, measure and command.

python docs/reference/generate.py
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from simcare.measures.registry import MEASURES, Measure
from simcare.scenario.field_docs import field_docs
from simcare.scenario.fields import Form
from simcare.scenario.profiles import PROFILES
from simcare.scenario.scenario import ScenarioForm
from simcare.scenario.translate import model_at

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
from docs.reference.commands import commands  # (the folder becomes importable above)

SECTIONS: tuple[tuple[str, tuple[str | int, ...]], ...] = (
    ("The file", ()),
    ("clock", ("clock",)),
    ("channels", ("channels", "NAME")),
    ("contacts", ("contacts", "NAME")),
    ("vips", ("contacts", "NAME", "vips")),
    ("template", ("contacts", "NAME", "template")),
    ("arrivals", ("contacts", "NAME", "arrivals")),
    ("steps", ("contacts", "NAME", "arrivals", "steps")),
    ("per_interval from a CSV file", ("contacts", "NAME", "arrivals", "per_interval")),
    ("columns of a table of counts", ("contacts", "NAME", "arrivals", "per_interval", "columns")),
    ("day_factor", ("contacts", "NAME", "arrivals", "day_factor")),
    ("surges", ("contacts", "NAME", "arrivals", "surges", 0)),
    ("patience", ("contacts", "NAME", "patience")),
    ("tries_again", ("contacts", "NAME", "tries_again")),
    ("handling", ("contacts", "NAME", "handling")),
    ("conversation", ("contacts", "NAME", "conversation")),
    ("escalates", ("contacts", "NAME", "escalates")),
    ("teams", ("teams", "NAME")),
    ("plans", ("plans", "NAME")),
    ("shifts", ("plans", "NAME", "shifts", 0)),
    ("breaks", ("plans", "NAME", "shifts", 0, "breaks", 0)),
    ("shifts from a CSV file", ("plans", "NAME", "shifts")),
    ("columns of a shift table", ("plans", "NAME", "shifts", "columns")),
    ("premium", ("plans", "NAME", "premium", 0)),
    ("moves_to", ("plans", "NAME", "moves_to")),
    ("routing", ("plans", "NAME", "routing")),
    ("ahead", ("plans", "NAME", "routing", "ahead", 0)),
    ("service_levels", ("service_levels", 0)),
    ("measures", ("measures", 0)),
    ("checks", ("checks", 0)),
    ("virality", ("virality",)),
    ("kernel", ("virality", "kernel")),
    ("exponential kernel", ("virality", "kernel", "exponential")),
    ("power_law", ("virality", "kernel", "power_law")),
    ("views", ("virality", "views")),
    ("reshares_by_followers", ("virality", "reshares_by_followers")),
    ("impatient", ("virality", "impatient")),
    ("costs", ("costs",)),
    ("experiment", ("experiment",)),
    ("drain", ("drain",)),
)
"""Heading, and where in a scenario it stands (0: each item of a list)."""

LAWS = {
    "constant": ("always the same", "5 min"),
    "exponential": ("no memory: short ones are the most likely", "{mean: 3 h}"),
    "lognormal": (
        "a hump and a long tail; by mean and cv, or by mean or median and a quantile (p90, p95 or p99)",
        "{median: 16 min, p90: 20 h}",
    ),
    "gamma": ("between constant (cv 0) and exponential (cv 1), and beyond", "{mean: 6 min, cv: 0.5}"),
    "weibull": ("like gamma, with another tail", "{mean: 6 min, cv: 0.5}"),
    "uniform": ("all between two values alike", "{from: 2 min, to: 8 min}"),
    "empirical": (
        "each value of a CSV column alike; durations need the column's `unit`: min, s or h",
        "{csv: durations.csv, column: minutes, unit: min}",
    ),
}
"""The laws of chance: what each is like, and an example of a duration."""

MORE_EXAMPLES = {
    "contacts": "{question: {needs: [care], arrivals: {per_hour: 12}, handling: {constant: 5 min}}}",
    "plans": "{today: {headcount: {desk: 3}}}",
    "shifts": "[{team: frontline, from: 08:00, to: 17:00, agents: 5}]",
    "add": "[{team: frontline, from: 18:00, to: 23:00, agents: 4}]",
    "surges": "[{name: outage, at: 19:00, times: 4, hold: 45 min}]",
    "own": "true",
    "short": "5 s",
}
"""Examples of keys whose models give none."""

LANGUAGE_HEAD = """\
# The language of scenarios

<!-- Written by generate.py from the models in simcare/scenario. -->

A scenario is a YAML file. This page lists every key; an unknown key is an error that names the nearest
known one. The same models give the [JSON Schema](../../simcare/scenario/scenario.schema.json) that editors
complete and check with: begin a file with `# yaml-language-server: $schema=PATH`. What the keys *do* is in
[the rules of a run](semantics.md).

## How values are written

| | written as | not as |
| --- | --- | --- |
| durations | `350 ms`, `20 s`, `15 min`, `1 h 30 min`, `7 days` | `15`: a bare number has no unit |
| times of day | `08:00`, `19:30`, `24:00` where something ends | |
| times on a day of the run | `day 2 19:00`; day 1 is the first measured day | |
| windows | `18:00–22:00`, `22:00-02:00` over midnight | |
| shares, speeds | `85%` | `0.85` |
| money | `600_000 IDR`, an hour `45_000 IDR/h` | |
| reshares | `100 reshares` | `100` |
| numbers | `4.2`, `1500`, `40_000` | |
| dates | `2026-11-23` | |
| weekdays | `mon`, `mon-fri`, `[mon, wed]`, `daily` | |
| names | letters, digits, `-` and `_` | `all`, which means every contact type |

`19:00` is a time and nothing else, `no` and `on` are words, a key given twice is an error. Anchors and
aliases of YAML (`&name`, `*name`) work; tags do not.
"""

LAWS_HEAD = """\
## Laws of chance

Wherever something varies (handling, patience, pauses, followers) exactly one of these keys says how. For
followers the values are plain numbers. `cv` is the standard deviation over the mean, `1.2` or `120%`.

| key | what it is like | example |
| --- | --- | --- |
"""

PROFILES_HEAD = """\
## Built-in shapes of the day

For `per_day` with a `shape`: measured shares of the day's messages or calls by local hour. Each is one
organisation's.

| name | source | busiest hour |
| --- | --- | --- |
"""

MEASURES_HEAD = """\
# Measures

<!-- Written by generate.py from the registry in simcare/measures. -->

Every figure of a run, with its unit, what it says and how it is estimated. Results are tidy rows: `plan,
measure, contacts, team, promise, day, interval, estimate, lower, upper, unit, replications, definition`. A
dimension that does not apply is empty; every measure is given in total and by the dimensions listed with
it. `definition` is that of a service level, and empty for other measures. A contact counts in the interval
and on the day in which it arrived.

Every measure can be [asked for](../how-to/ask-for-the-evening.md) in some hours or on some days; `interval`
then says `18:00–22:00` and `day` says `mon–fri`. Those marked *asked* are given only where they are asked
for, those at an instant with a time of day. Figures of first replies are given by team, the one that sent the
reply, where they are asked for by name; by promise, where one is made to some of several contact types.

An estimate that is empty is undefined: there was nothing to measure. A percentile that is infinite is later
than the horizon: it falls among those who were never answered.

| measure | unit | what it says | by |
| --- | --- | --- | --- |
"""


def keys(form: type[Form]) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """The keys of a form as they are written, laws of chance apart: key, text, default, examples."""
    for name, doc in field_docs(form).items():
        key = form.model_fields[name].alias or name
        if key not in LAWS or not LAWS.keys() <= form.model_fields.keys():
            more = (MORE_EXAMPLES[key],) if not doc.examples and key in MORE_EXAMPLES else ()
            yield (
                key,
                doc.text + _choice(form.model_fields[name].annotation),
                doc.default,
                (*doc.examples, *more),
            )


def _choice(annotation: Any) -> str:
    """The words that a key may hold, where they are a fixed few."""
    for one in (annotation, *get_args(annotation)):
        if get_origin(one) is Literal:
            return f" One of {', '.join(f'`{word}`' for word in get_args(one))}."
    return ""


def form_at(place: tuple[str | int, ...]) -> type[Form]:
    """The model that reads the map at a place of a scenario."""
    form = model_at(ScenarioForm, place)
    if form is None:
        raise LookupError(f"no map at {place}")
    return form


def language() -> str:
    """The page on the language."""
    parts = [LANGUAGE_HEAD]
    for heading, place in SECTIONS:
        form = form_at(place)
        what = " ".join((form.__doc__ or "").split("\n\n")[0].split())
        where = f" Under `{'.'.join('each' if step == 0 else str(step) for step in place)}`." if place else ""
        laws = " One of the [laws](#laws-of-chance), and:" if LAWS.keys() <= form.model_fields.keys() else ""
        parts.append(f"## {heading}\n\n{what}{where}{laws}\n")
        parts.append("| key | what it says | if left out | example |\n| --- | --- | --- | --- |")
        for key, text, default, examples in keys(form):
            parts.append(f"| `{key}` | {text} | {_code(default)} | {', '.join(map(_code, examples))} |")
        parts.append("")
    parts.append(
        LAWS_HEAD + "\n".join(f"| `{law}` | {what} | `{example}` |" for law, (what, example) in LAWS.items())
    )
    parts.append("")
    parts.append(PROFILES_HEAD + "\n".join(_profile(name) for name in PROFILES))
    return "\n".join(parts) + "\n"


def measures() -> str:
    """The page on the measures."""
    estimators = dict.fromkeys(measure.estimator for measure in MEASURES.values())
    parts = [
        MEASURES_HEAD + "\n".join(_measure(measure) for measure in MEASURES.values()),
        "",
        "## Estimators",
        "",
    ]
    for estimator in estimators:
        names = ", ".join(f"`{name}`" for name, measure in MEASURES.items() if measure.estimator == estimator)
        parts += [f"{estimator}", "", f"{names}.", ""]
    return "\n".join(parts[:-1]) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "language.md": language,
    "measures.md": measures,
}
"""The pages by file name."""


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _profile(name: str) -> str:
    profile = PROFILES[name]
    hour = max(range(24), key=lambda hour: profile.weights[hour])
    return f"| `{name}` | {profile.source} | {hour:02d}:00, {profile.weights[hour]:.1%} of the day |"


def _measure(measure: Measure) -> str:
    unit = measure.unit.replace("{currency}", "currency")
    name = f"`{measure.name}`" + ("" if measure.standard else ", *asked*")
    return f"| {name} | {unit} | {measure.definition} | {', '.join(measure.dimensions)} |"


if __name__ == "__main__":
    for name, page in PAGES.items():
        path = Path(__file__).with_name(name)
        path.write_text(page(), encoding="utf-8")
        print(path.name)
