"""Who takes what: for each contact type the teams that may take it, how fast and after what wait; and the two
sorts, what an agent takes first and which agent a message takes, in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from simcare.demand.tape import ANSWER, CLOSING, ESCALATED, FIRST, FOLLOW_UP
from simcare.report.document import Report, days_in_words, one_line
from simcare.report.sentences import Section
from simcare.report.table import Column, Table
from simcare.scenario.lists import ALL
from simcare.scenario.plans import Ahead, Plan
from simcare.scenario.quantities import format_duration, format_share, write_duration
from simcare.scenario.scenario import Scenario
from simcare.staffing.routing import rules_of, steps_of
from simcare.staffing.rules import PARTS

STEPS = {
    FIRST: "first reply",
    ANSWER: "full answer",
    FOLLOW_UP: "further messages",
    ESCALATED: "escalated work",
    CLOSING: "closing reply",
}
"""The kinds of step as they are told."""

ORDERS = {
    "first-come": "who became ready first",
    "newest": "who became ready last",
    "deadline": "whose shortest promise ends first, counted from ready; those without a promise last",
    "followers": "public first replies by followers of the author, most first; all else last",
    "audience": "public first replies by views this minute, most first; all else last",
}

AGENT_RULES = {
    "longest-idle": "who has been idle longest, since his last completion or the start of his duty",
    "most-specialised": "who has fewest skills",
    "fastest": "who needs least time for it",
    "random": "one at random",
}


class RoutingRow(NamedTuple):
    """A team that may take a kind of step of a contact type.

    ``asked`` is its place in the type's order of teams, from 1, equals sharing one; ``after_s`` how long the
    step must have been ready; ``speed`` a share; ``handling_mean_s`` the mean handling at that speed, with
    nothing else in hand; ``staffed`` whether the team is ever on duty in the plan.
    """

    plan: str
    contacts: str
    step: str
    team: str
    asked: int
    after_s: float
    speed: float
    handling_mean_s: float
    at_once: int
    staffed: bool


def routing_rows(scenario: Scenario, plans: Sequence[str]) -> tuple[RoutingRow, ...]:
    """Who may take what in each plan: by plan, contact type, kind of step, and the order in which teams are
    asked.
    """
    return tuple(row for plan in plans for row in _rows_of(scenario, plan))


def routing_report(scenario: Scenario, plans: Sequence[str]) -> Report:
    """Who may take what, as tables; what sorts first, as sentences."""
    return Report(
        title=one_line(scenario.title),
        heading=(
            *([one_line(scenario.about)] if scenario.about else []),
            days_in_words(scenario.clock),
            "Who takes what, without simulation",
        ),
        tables=tuple(_tables(scenario, plans)),
        notes=(
            "Asked: the order in which a message asks the teams; equal places are asked together. "
            "Handling: its mean at the team's speed, with nothing else in hand.",
        ),
        sections=tuple(_sections(scenario, plans)),
    )


# --- rows -------------------------------------------------------------------------------------------------


def _rows_of(scenario: Scenario, plan: str) -> Iterator[RoutingRow]:
    rules = rules_of(scenario, plan)
    staffed = scenario.plans[plan].staffed_teams
    for of_type, name in enumerate(scenario.contact_names):
        contact = scenario.contacts[name]
        comes = {FOLLOW_UP: contact.conversation is not None, CLOSING: rules.closes[of_type] > 0}
        for kind, (_, handling) in steps_of(contact, acknowledges=bool(rules.acknowledges[of_type])).items():
            if not comes.get(kind, True):
                continue
            able = [team for team in range(len(scenario.team_names)) if rules.handles[kind, of_type, team]]
            ranks = sorted({int(rules.team_rank[of_type, team]) for team in able})
            for team in sorted(able, key=lambda team: rules.team_rank[of_type, team]):
                team_name = scenario.team_names[team]
                law = handling.law if handling.law is not None else handling.by_team[team_name]
                speed = int(rules.speed_ppm[kind, of_type, team]) / PARTS
                yield RoutingRow(
                    plan=plan,
                    contacts=name,
                    step="acknowledgement" if kind == FIRST and rules.acknowledges[of_type] else STEPS[kind],
                    team=team_name,
                    asked=1 + ranks.index(int(rules.team_rank[of_type, team])),
                    after_s=int(rules.overflow_ms[of_type, team]) / 1000,
                    speed=speed,
                    handling_mean_s=law.mean / speed / 1000,
                    at_once=int(rules.at_once[team]),
                    staffed=team_name in staffed,
                )


# --- tables -----------------------------------------------------------------------------------------------


def _tables(scenario: Scenario, plans: Sequence[str]) -> Iterator[Table]:
    """A table for each plan, or one for all if they do not differ."""
    rows = {plan: [row._replace(plan="") for row in _rows_of(scenario, plan)] for plan in plans}
    if all(rows[plan] == rows[plans[0]] for plan in plans):
        yield _table("Who may take what", rows[plans[0]])
    else:
        for plan in plans:
            yield _table(f"Who may take what, plan {plan}", rows[plan])


def _table(title: str, rows: Sequence[RoutingRow]) -> Table:
    columns = (
        Column("", "left"),
        Column("asked"),
        Column("may take it", "left"),
        Column("handling"),
        Column("speed"),
        Column("at once"),
    )
    told: list[tuple[str, ...]] = []
    heading = ""
    for row in rows:
        above = f"{row.contacts}, {row.step}"
        if above != heading:
            told.append((above,))
            heading = above
        after = f"after {write_duration(round(row.after_s * 1000))}" if row.after_s else "at once"
        told.append(
            (
                row.team,
                str(row.asked),
                after if row.staffed else "never on duty",
                format_duration(row.handling_mean_s * 1000),
                format_share(row.speed),
                str(row.at_once),
            )
        )
    return Table(title, columns, tuple(told))


# --- the two sorts ----------------------------------------------------------------------------------------


def _sections(scenario: Scenario, plans: Sequence[str]) -> Iterator[Section]:
    """The two sorts, once for all plans that have the same."""
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for name in plans:
        plan = scenario.plans[name]
        sorts = tuple(_of_messages(scenario, plan)), tuple(_of_agents(scenario, plan))
        alike.setdefault(sorts, []).append(name)
    for (of_messages, of_agents), names in alike.items():
        whose = f" (plan {', '.join(names)})" if len(alike) > 1 else ""
        yield Section(f"Of the messages that wait, an agent takes first, in this order{whose}", of_messages)
        yield Section(f"Of the agents with room, a message takes first, in this order{whose}", of_agents)


def _of_messages(scenario: Scenario, plan: Plan) -> Iterator[str]:
    if plan.at_shift_end == "drop":
        yield "those handed back at the end of a duty, by their ready time"
    if plan.routing.ahead:
        yield f"those that go ahead: {'; or '.join(_condition(one) for one in plan.routing.ahead)}"
    for name in scenario.team_names:
        if scenario.teams[name].first:
            yield f"in team {name}: {_in_order(scenario.teams[name].first, scenario.contact_names)}"
    if plan.routing.order == "priority":
        yield _in_order(plan.routing.priority, scenario.contact_names)
    else:
        yield ORDERS[plan.routing.order]
    if plan.routing.order not in ("first-come", "newest"):
        yield ORDERS["first-come"]
    yield "who arrived first"


def _condition(ahead: Ahead) -> str:
    steps = {
        "first": "first replies",
        "later": "replies to further messages and escalated work",
        None: "messages",
    }
    words = steps[ahead.steps]
    if ahead.contacts != ALL:
        words += f" of {', '.join(ahead.contacts)}"
    if ahead.tags:
        words += f" tagged {' or '.join(ahead.tags)}"
    if ahead.followers_over is not None:
        words += f" from authors with more than {ahead.followers_over:,} followers"
    return words


def _of_agents(scenario: Scenario, plan: Plan) -> Iterator[str]:
    for name in scenario.contact_names:
        if scenario.contacts[name].teams:
            yield f"for {name}: {_in_order(scenario.contacts[name].teams, scenario.team_names)}"
    if any(len(team.chats) > 1 for team in scenario.teams.values()):
        yield "who has fewest messages in hand"
    yield AGENT_RULES[plan.routing.agents]
    if plan.routing.agents != "random":
        yield "who comes first by team, line of the shift table and place in the line"


def _in_order(ranks: Sequence[Sequence[str]], names: Sequence[str]) -> str:
    """An order of equals in words; what it does not list comes last."""
    listed = ", then ".join(" and ".join(equals) for equals in ranks)
    return listed + (", then the others" if sum(map(len, ranks)) < len(names) else "")
