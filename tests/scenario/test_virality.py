from __future__ import annotations

import math
from typing import Any

import pytest

from simcare.scenario.field_docs import field_docs, yaml_value
from simcare.scenario.load import loads
from simcare.scenario.quantities import MINUTE, SECOND
from simcare.scenario.scenario import Scenario
from simcare.scenario.virality import EITHER, HALF_LIFE_ON, KNOWN, TYPICAL_FOLLOWERS, Virality, written
from tests.scenario.texts import changed


def scenario(channel: str = "{public: true}", *rest: str) -> Scenario:
    text = changed(("{public: true}", channel))
    return loads(text + "\n".join(rest))


def value(given: Scenario, key: str) -> Any:
    return given.virality_of("complaint")[key].value


def test_every_key_is_known_and_its_default_is_what_its_reference_says() -> None:
    assert set(KNOWN) == set(Virality.model_fields)
    for key, doc in field_docs(Virality).items():
        if doc.default:
            assert getattr(Virality.model_validate({key: yaml_value(doc.default)}), key) == KNOWN[key].default


def test_the_nearest_word_holds() -> None:
    assert value(scenario(), "view_half_life") == 85 * MINUTE
    assert value(scenario("{public: true, network: facebook}"), "view_half_life") == 55 * MINUTE
    everywhere = "virality: {view_half_life: 40 min, seen_by: 3%}"
    both = scenario("{public: true, network: facebook, virality: {seen_by: 2%}}", everywhere)
    assert value(both, "view_half_life") == 40 * MINUTE
    assert value(both, "seen_by") == 0.02
    found = both.virality_of("complaint")
    assert {found[key].set_by for key in ("view_half_life", "seen_by", "answered")} == {
        "virality",
        "channels.feed.virality",
        "",
    }


def test_of_two_ways_to_say_the_same_the_nearer_holds() -> None:
    assert [key for key in EITHER if key in scenario().virality_of("complaint")] == [EITHER[0]]
    both = scenario(
        "{public: true, virality: {reshared_at_least_once: 9%}}", "virality: {reshares_of_a_complaint: 0.3}"
    )
    assert [key for key in EITHER if key in both.virality_of("complaint")] == [EITHER[0]]
    assert value(both, EITHER[0]) == 0.09


def test_heat_can_be_off() -> None:
    assert value(scenario("{public: true, virality: {heat: off}}"), "heat") == math.inf


def test_followers_of_those_who_complain_in_public() -> None:
    mu, sigma = TYPICAL_FOLLOWERS.params
    assert math.exp(mu) == pytest.approx(350)
    assert math.exp(mu + 2.3263478740408408 * sigma) == pytest.approx(15_000)
    given = scenario()
    assert given.followers_of("complaint") == TYPICAL_FOLLOWERS
    assert given.followers_of("question") is None
    assert given.public_contacts == ("complaint",)
    assert scenario("{public: false}").public_contacts == ()


def test_a_scenario_that_says_more_of_complaints_is_another() -> None:
    plain = scenario()
    assert scenario("{public: true, virality: {heat: off}}").hash != plain.hash
    assert loads(changed(("silent: 30%", "silent: 30%\n    severity: 2"))).hash != plain.hash


def test_words_without_effect_are_said() -> None:
    private = scenario("{public: false}", "virality: {seen_by: 3%}", "costs: {crisis: 5 EUR}")
    assert {note for note in private.notes if "changes nothing" in note} == {
        "virality changes nothing: no contact type comes by a public channel",
        "costs.crisis changes nothing: no contact type comes by a public channel",
    }
    severe = loads(changed(("needs: [billing]", "needs: [billing]\n    severity: 2")))
    assert "severity of question changes nothing: its contacts are private" in severe.notes


@pytest.mark.parametrize(
    ("heat", "told"), [("", True), (", heat: 2", True), (", heat: 2.1", False), (", heat: off", False)]
)
def test_that_heat_makes_the_intervals_of_pile_on_too_narrow_is_said(heat: str, told: bool) -> None:
    notes = scenario("{public: true}", f"virality: {{pile_on: 20%{heat}}}").notes
    assert any("intervals are too narrow; heat: off has honest ones" in note for note in notes) == told
    assert not any(
        "too narrow" in note for note in scenario("{public: true}", "virality: {pile_on: 0%}").notes
    )


@pytest.mark.parametrize(
    ("key", "given", "shown"),
    [
        ("seen_by", 0.05, "5%"),
        ("view_half_life", 90 * SECOND, "1 min 30 s"),
        ("heat", math.inf, "off"),
        ("heat", 1.5, "1.5"),
        ("crisis_at", 1000, "1,000 reshares"),
        ("followers_of_resharers", 1500.0, "1,500"),
        ("impatient", None, "off"),
        ("until", "reply", "reply"),
    ],
)
def test_values_are_shown_as_they_are_written(key: str, given: Any, shown: str) -> None:
    assert written(key, given) == shown


def test_networks_have_half_lives_in_their_order() -> None:
    assert HALF_LIFE_ON["facebook"].default < HALF_LIFE_ON["x"].default < HALF_LIFE_ON["instagram"].default
