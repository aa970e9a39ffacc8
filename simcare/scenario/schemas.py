"""The JSON Schemas of quantities and of what is read by hand; the models give the rest."""

from __future__ import annotations

from typing import Any

from simcare.scenario.profiles import PROFILES
from simcare.scenario.quantities import (
    CLOCK_PATTERN,
    COUNT_PATTERN,
    DATE_PATTERN,
    DURATION_PATTERN,
    MOMENT_PATTERN,
    MONEY_PATTERN,
    MONEY_PER_HOUR_PATTERN,
    SHARE_PATTERN,
)

Schema = dict[str, Any]


def by_clock(values: Schema) -> Schema:
    """A map from times of day to values."""
    keys = {"pattern": CLOCK_PATTERN}
    return {"type": "object", "propertyNames": keys, "additionalProperties": values, "minProperties": 1}


def by_moment(values: Schema) -> Schema:
    """A map from times of day, or times on numbered days, to values."""
    return {**by_clock(values), "propertyNames": {"pattern": MOMENT_PATTERN}}


def _word(pattern: str) -> Schema:
    return {"type": "string", "pattern": pattern}


def _map(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


TEXT: Schema = {"type": "string", "minLength": 1}
LINE: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 60}
YES_OR_NO: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": ["number", "string"], "pattern": COUNT_PATTERN, "minimum": 0}
RATIO: Schema = {"type": ["number", "string"], "pattern": f"{SHARE_PATTERN}|{COUNT_PATTERN}", "minimum": 0}
WHOLE: Schema = {"type": ["integer", "string"], "pattern": COUNT_PATTERN, "minimum": 0}
DURATION = _word(DURATION_PATTERN)
CLOCK = _word(CLOCK_PATTERN)
SHARE = _word(SHARE_PATTERN)
DATE = _word(DATE_PATTERN)
MONEY = _word(MONEY_PATTERN)
MONEY_PER_HOUR = _word(MONEY_PER_HOUR_PATTERN)
RESHARES = _word(COUNT_PATTERN.replace("$", " +reshares$"))

LIMIT: Schema = {"type": ["number", "string"], "minimum": 0}

NAMES: Schema = {"type": "array", "items": NAME, "minItems": 1, "uniqueItems": True}
NAME_OR_NAMES: Schema = {"anyOf": [NAME, NAMES]}
RANKS: Schema = {"type": "array", "items": NAME_OR_NAMES}
DAYS: Schema = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
LINES: Schema = {"anyOf": [NUMBER, by_moment(NUMBER)]}
SCALE: Schema = {"anyOf": [SHARE, {"type": "object", "additionalProperties": SHARE, "minProperties": 1}]}
COUNTS: Schema = {"type": "array", "items": NUMBER, "minItems": 1}
SHAPE: Schema = {
    "anyOf": [
        {"enum": list(PROFILES)},
        {"type": "array", "items": NUMBER, "minItems": 24, "maxItems": 96},
        _map(csv=TEXT, column=TEXT),
    ]
}
WEEKDAYS: Schema = {"type": "object", "additionalProperties": SHARE, "minProperties": 1}
WHERE: Schema = {"type": "object", "minProperties": 1}
OPENING: Schema = {
    "type": "object",
    "additionalProperties": {"anyOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1}]},
    "minProperties": 1,
}
GROWTH = _word(SHARE_PATTERN.replace("$", " ?/ ?(min|h|day)$"))
HEAT: Schema = {"anyOf": [{"const": "off"}, NUMBER]}
ORDER: Schema = {
    "anyOf": [
        {"enum": ["first-come", "deadline", "newest", "followers", "audience"]},
        _map(priority=RANKS),
    ]
}
LEVELS: Schema = {"anyOf": [{"const": "unlimited"}, WHOLE, by_clock(WHOLE)]}
BY_QUEUE: Schema = {
    "anyOf": [
        SHARE,
        {
            "type": "object",
            "propertyNames": {"pattern": COUNT_PATTERN},
            "additionalProperties": SHARE,
            "minProperties": 1,
        },
    ]
}
QUEUE_LIMIT: Schema = {"anyOf": [WHOLE, NAME]}
_PACES: Schema = {"type": "array", "items": SHARE, "minItems": 1, "maxItems": 100}
CHATS: Schema = {
    "anyOf": [
        WHOLE,
        {
            "type": "object",
            "properties": {"at_once": WHOLE, "pace_each": _PACES, "pace_in_total": _PACES},
            "additionalProperties": False,
            "minProperties": 1,
        },
    ]
}
