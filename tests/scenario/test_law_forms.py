"""Laws given by mean, cv or quantiles have that mean, cv and those quantiles, by scipy's account."""

from __future__ import annotations

from math import exp
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simcare.errors import ScenarioError
from simcare.scenario.law_forms import DurationLawForm
from simcare.scenario.laws import Law
from simcare.scenario.load import load, loads
from simcare.scenario.scenario import Scenario
from simcare.scenario.tables import Folder
from tests.scenario.texts import changed

MINUTE = 60_000


def handling(law: str, **options: Any) -> Law:
    scenario: Scenario = loads(changed(("{lognormal: {mean: 6 min, cv: 1.2}}", law)), **options)
    found = scenario.contacts["complaint"].handling.law
    assert found is not None
    return found


def written(law: Any) -> Law:
    return DurationLawForm.model_validate(law).canonical(Folder(""))


def frozen(law: Law) -> Any:
    p = law.params
    match law.kind:
        case "exponential":
            return stats.expon(scale=p[0])
        case "lognormal":
            return stats.lognorm(p[1], scale=exp(p[0]))
        case "gamma":
            return stats.gamma(p[0], scale=p[1])
        case "weibull":
            return stats.weibull_min(p[0], scale=p[1])
        case "uniform":
            return stats.uniform(p[0], p[1] - p[0])
    raise AssertionError(law)


@given(
    st.sampled_from(["lognormal", "gamma", "weibull"]),
    st.integers(1, 10_000_000),
    st.integers(20, 3_000).map(lambda permille: permille / 1_000),
)
def test_mean_and_cv_are_those_asked_for(kind: str, mean: int, cv: float) -> None:
    law = written({kind: {"mean": f"{mean} ms", "cv": cv}})
    theirs = frozen(law)
    assert law.kind == kind
    assert law.mean == pytest.approx(mean, rel=1e-9)
    assert theirs.mean() == pytest.approx(mean, rel=1e-9)
    assert theirs.std() / theirs.mean() == pytest.approx(cv, rel=1e-6)


@given(
    st.sampled_from([("p90", 0.9), ("p95", 0.95), ("p99", 0.99)]),
    st.integers(1_000, 10**7),
    st.integers(1, 10**8),
)
def test_a_median_and_a_quantile_are_those_asked_for(
    quantile: tuple[str, float], median: int, more: int
) -> None:
    law = written({"lognormal": {"median": f"{median} ms", quantile[0]: f"{median + more} ms"}})
    assert frozen(law).ppf(0.5) == pytest.approx(median, rel=1e-9)
    assert frozen(law).ppf(quantile[1]) == pytest.approx(median + more, rel=1e-9)


@pytest.mark.parametrize(("quantile", "share"), [("p90", 0.9), ("p95", 0.95), ("p99", 0.99)])
def test_a_mean_and_a_quantile_are_those_asked_for_with_the_smaller_spread(
    quantile: str, share: float
) -> None:
    law = handling(f"{{lognormal: {{mean: 10 min, {quantile}: 20 min}}}}")
    assert law.mean == pytest.approx(10 * MINUTE)
    assert frozen(law).ppf(share) == pytest.approx(20 * MINUTE)
    assert law.params[1] < stats.norm.ppf(share)


def test_simple_laws_keep_their_figures() -> None:
    assert handling("{constant: 5 min}") == Law("constant", (5.0 * MINUTE,))
    assert handling("{exponential: {mean: 5 min}}") == Law("exponential", (5.0 * MINUTE,))
    assert handling("{uniform: {from: 1 min, to: 3 min}}") == Law("uniform", (1.0 * MINUTE, 3.0 * MINUTE))
    assert handling("{uniform: {from: 1 min, to: 3 min}}").mean == 2 * MINUTE
    assert handling("{gamma: {mean: 5 min, cv: 50%}}") == Law("gamma", (4.0, 1.25 * MINUTE))


def test_empirical_laws_are_the_sorted_column_in_ms(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id;minutes\n1;2.5\n2;1\n3;10\n")
    law = handling("{empirical: {csv: a.csv, column: minutes, unit: min}}", folder=str(tmp_path))
    assert law == Law("empirical", (1.0 * MINUTE, 2.5 * MINUTE, 10.0 * MINUTE))
    assert law.mean == 4.5 * MINUTE


def test_followers_are_plain_numbers(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("followers\n300\n7\n")
    for written, kind, params in [
        ("{constant: 1M}", "constant", (1e6,)),
        ("{uniform: {from: 0, to: 10}}", "uniform", (0.0, 10.0)),
        ("{empirical: {csv: a.csv, column: followers}}", "empirical", (7.0, 300.0)),
    ]:
        text = changed(("    silent: 30%\n", f"    silent: 30%\n    followers: {written}\n"))
        assert loads(text, folder=str(tmp_path)).contacts["complaint"].followers == Law(kind, params)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "minutes\n1\nx\n-2\n",
            "a.csv:3: expected a number from 0 to 52_560_000 in column 'minutes', got 'x'",
        ),
        (
            "minutes\n1\n\n\nnan\n",
            "a.csv:5: expected a number from 0 to 52_560_000 in column 'minutes', got 'nan'",
        ),
        (
            'minutes,note\n1,"two\nlines"\ninf,\n',
            "a.csv:4: expected a number from 0 to 52_560_000 in column 'minutes', got 'inf'",
        ),
        (
            "minute\n1\n",
            "s.yaml:17:48: expected a column of a.csv (minute), got 'minutes'; did you mean 'minute'?",
        ),
        (
            "minutes\n",
            "s.yaml:17:33: expected a CSV file with at least one row below the header, got 'a.csv'",
        ),
        ("", "s.yaml:17:33: expected a CSV file with a header, got a.csv without one"),
    ],
)
def test_a_table_that_does_not_fit_names_its_row(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "a.csv").write_text(content)
    scenario = tmp_path / "s.yaml"
    law = "{empirical: {csv: a.csv, column: minutes, unit: min}}"
    scenario.write_text(changed(("{lognormal: {mean: 6 min, cv: 1.2}}", law)))
    with pytest.raises(ScenarioError) as caught:
        load(scenario)
    assert str(caught.value).splitlines()[0].replace(f"{tmp_path}/", "") == message


def test_many_wrong_rows_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("minutes\n" + "x\n" * 50_000)
    with pytest.raises(ScenarioError) as caught:
        handling("{empirical: {csv: a.csv, column: minutes, unit: min}}", folder=str(tmp_path))
    assert [problem.line for problem in caught.value.problems] == [2, 3, 4, 5, 6, 0]
    assert "49,995 more rows with such errors" in str(caught.value)


@pytest.mark.parametrize(
    "data", [b"minutes\n\xe9\n", b"minutes\n\x00\n", b'minutes\n"open\n', b"\x00\x01\x02", b"m," * 100_000]
)
def test_a_table_of_any_bytes_ends_in_a_message(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(ScenarioError):
        handling("{empirical: {csv: a.csv, column: minutes, unit: min}}", folder=str(tmp_path))


@pytest.mark.parametrize(
    ("file", "words"), [(".", "got the folder"), ("/dev/zero", "expected a CSV file, got the device /dev/z")]
)
def test_what_is_no_file_is_no_table(tmp_path: Path, file: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        handling(f"{{empirical: {{csv: {file}, column: minutes, unit: min}}}}", folder=str(tmp_path))
