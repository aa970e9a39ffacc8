"""What the plans must mean: parents and teams that exist, and somebody on duty for every kind of work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from simcare.errors import Problem
from simcare.scenario.faults import Fault, name_fault
from simcare.scenario.lists import ALL
from simcare.scenario.plans import UNLIMITED, Plan, PlanForm, resolved
from simcare.scenario.scenario import ScenarioForm
from simcare.scenario.shifts import Shift
from simcare.scenario.source import Path, shown
from simcare.scenario.teams import teams_with

MOST_LINES = 100_000
"""All plans together, with what they inherit, have at most this many lines of shifts."""

PathFault = tuple[Path, Fault]


def plan_faults(form: ScenarioForm) -> Iterator[PathFault]:
    """Everything that is wrong with the plans."""
    faults = [fault for name, plan in form.plans.items() for fault in _written(("plans", name), plan, form)]
    faults.extend(_parents(form.plans))
    yield from faults
    lines = {} if faults else _lines(form.plans)
    if sum(lines.values()) > MOST_LINES:
        got = f"{sum(lines.values()):_} with what they inherit"
        yield ("plans",), Fault(f"at most {MOST_LINES:_} lines of shifts in all plans together", got=got)
    elif not faults:
        full = resolved(form.plans)
        yield from _dates(form)
        yield from _staffing(form, full)
        yield from _service(form, full)


def _written(path: Path, plan: PlanForm, form: ScenarioForm) -> Iterator[PathFault]:
    """Names that exist, and keys that fit together."""
    for key, shifts in (("shifts", plan.shifts), ("add", plan.add)):
        if shifts and shifts[0].source is not None:
            yield from _table_of_teams((*path, key), shifts, form)
            continue
        for i, shift in enumerate(shifts or ()):
            fault = name_fault(shift.team, form.teams, "one of the teams")
            if fault:
                yield (*path, key, i, "team"), fault
    for team in plan.headcount or {}:
        assert plan.headcount is not None
        fault = name_fault(team, form.teams, "one of the teams", of_key=True)
        if fault:
            yield (*path, "headcount", team), fault
        if (
            plan.headcount[team] == ((0, UNLIMITED),)
            and team in form.teams
            and form.teams[team].cost is not None
        ):
            fault = Fault("a number of agents for a team with a cost", got="unlimited")
            yield (*path, "headcount", team), fault
    if plan.add is not None and plan.shifts is not None:
        yield (*path, "add"), Fault("shifts, or add to those of another plan", of_key=True, got="both")
    elif plan.add is not None and plan.like is None:
        yield (*path, "add"), Fault("like, the plan to whose shifts add adds", of_key=True, got="add alone")
    tags = sorted({tag for contact in form.contacts.values() for tag in contact.tags})
    for i, condition in enumerate(plan.routing.ahead or () if plan.routing is not None else ()):
        for j, tag in enumerate(condition.tags):
            fault = name_fault(tag, tags, "a tag of some contact type")
            if fault:
                yield (*path, "routing", "ahead", i, "tags", j), fault
        for j, contact in enumerate(condition.contacts if condition.contacts != ALL else ()):
            fault = name_fault(contact, form.contacts, "one of the contact types")
            if fault:
                yield (*path, "routing", "ahead", i, "contacts", j), fault
    if plan.routing is not None and plan.routing.order is not None:
        order, ranks = plan.routing.order
        for i, rank in enumerate(ranks):
            for j, contact in enumerate(rank):
                fault = name_fault(contact, form.contacts, "one of the contact types")
                if fault:
                    yield (*path, "routing", "order", order, i, j), fault


def _table_of_teams(path: Path, shifts: Sequence[Shift], form: ScenarioForm) -> Iterator[PathFault]:
    """Each team that a shift table names and nobody knows, once, in its first row."""
    for team, rows in Counter(shift.team for shift in shifts).items():
        fault = name_fault(team, form.teams, "one of the teams")
        if fault is not None:
            source = next(shift.source for shift in shifts if shift.team == team)
            assert source is not None
            more = f" (and in {rows - 1:,} more row{'s' * (rows > 2)})" if rows > 1 else ""
            hint = str(fault.hint) or f"say which it is with teams: {{{team}: {next(iter(form.teams))}}}"
            message = f"expected {fault.expected}, got {shown(team)}{more}; {hint}"
            yield path, Fault(problem=Problem(*source, 0, message))


def _parents(plans: Mapping[str, PlanForm]) -> Iterator[PathFault]:
    """Each `like` names another plan, and following it comes to an end."""
    seen: set[str] = set()
    for name in plans:
        line: list[str] = []
        step: str | None = name
        while step is not None and step not in seen and step not in line:
            line.append(step)
            parent = plans[step].like
            if parent is not None and parent not in plans:
                others = [other for other in plans if other != step]
                fault = name_fault(parent, others, "one of the other plans")
                assert fault is not None
                yield ("plans", step, "like"), fault
                parent = None
            step = parent
        if step in line:
            circle = " → ".join([*line[line.index(step) :], step])
            yield ("plans", step, "like"), Fault("a plan that is not like itself", got=f"a circle: {circle}")
        seen.update(line)


def _lines(plans: Mapping[str, PlanForm]) -> dict[str, int]:
    """How many lines of shifts each plan has, with those it inherits."""
    lines: dict[str, int] = {}
    for name in plans:
        line = [name]
        while plans[line[-1]].shifts is None and (parent := plans[line[-1]].like) and parent not in lines:
            line.append(parent)
        for step in reversed(line):
            plan = plans[step]
            own = lines.get(plan.like or "", 0) if plan.shifts is None else len(plan.shifts)
            lines[step] = own + len(plan.add or ())
    return lines


def _dates(form: ScenarioForm) -> Iterator[PathFault]:
    """Dates of shifts, in one list or table, of which at least one lies in the run."""
    clock = form.clock
    eve, last = clock.date_of(-1), clock.date_of(clock.total_days - 1)
    for name, plan in form.plans.items():
        for key, shifts in (("shifts", plan.shifts), ("add", plan.add)):
            dates = {day for shift in shifts or () for day in shift.dates}
            weekly = any(shift.days for shift in shifts or ())
            if dates and not weekly and not any(eve <= day <= last for day in dates):
                expected = f"shifts on the simulated days, {clock.simulated}"
                in_table = bool(shifts and shifts[0].source)
                hint = "set clock.start" + ", or by: weekdays, to repeat one week" * in_table
                got = f"some from {min(dates)} to {max(dates)}"
                yield ("plans", name, key), Fault(expected, hint, of_key=True, got=got)


def _staffing(form: ScenarioForm, plans: Mapping[str, Plan]) -> Iterator[PathFault]:
    """A team has people or a level, and `drop` has people to hold to."""
    for name, plan in plans.items():
        both = sorted({shift.team for shift in plan.shifts} & plan.headcount.keys())
        for team in both:
            fault = Fault(f"shifts or a headcount for {team} in plan {name}", of_key=True, got="both")
            yield ("plans", name, "headcount", team), fault
        if form.plans[name].at_shift_end == "drop" and not plan.shifts:
            fault = Fault(
                "shifts in a plan with at_shift_end: drop",
                "when a level falls, work in hand is finished",
                of_key=True,
                got="levels only" if plan.headcount else "none",
            )
            yield ("plans", name, "at_shift_end"), fault


def _service(form: ScenarioForm, plans: Mapping[str, Plan]) -> Iterator[PathFault]:
    """Every kind of work has a team that is on duty at some time; what a plan inherits is said once."""
    work: dict[tuple[str, ...], list[str]] = {}
    for name, contact in form.contacts.items():
        if contact.actionable > 0:
            for needs, _ in contact.steps_written().values():
                work.setdefault(needs, []).append(name)
    able = {needs: teams_with(form.teams, needs) for needs in work}
    unserved: dict[str, set[tuple[str, ...]]] = {}
    for name in plans:
        staffed = plans[name].staffed_teams
        unserved[name] = {needs for needs in work if able[needs] and staffed.isdisjoint(able[needs])}
    for name, plan in plans.items():
        parent = form.plans[name].like
        if not plan.staffed_teams:
            if parent is None or plans[parent].staffed_teams:
                path, reason = _nobody(name, plan, form, plan.scheduled_teams)
                got = f"nobody{reason or ' in any shift or headcount'}"
                yield path, Fault(f"somebody on duty in plan {name}", of_key=True, got=got)
            continue
        for needs in sorted(unserved[name] - (unserved[parent] if parent is not None else set())):
            types = list(dict.fromkeys(work[needs]))
            names = ", ".join(types[:3]) + (f" and {len(types) - 3} more" if len(types) > 3 else "")
            who = f"somebody of {' or '.join(able[needs][:5])} on duty in plan {name}"
            why = f"for the skill{'s' * (len(needs) > 1)} {', '.join(needs)} of {names}"
            path, reason = _nobody(name, plan, form, frozenset(able[needs]))
            yield path, Fault(f"{who}, {why}", of_key=True, got=f"nobody{reason}")


def _nobody(name: str, plan: Plan, form: ScenarioForm, teams: frozenset[str]) -> tuple[Path, str]:
    """The place at which nobody of some teams comes on duty, and why if not for want of agents."""
    path, written = ("plans", name), form.plans[name]
    if teams.isdisjoint(plan.scheduled_teams):
        return path, ""
    if plan.shrinkage >= 1:
        is_own = written.shrinkage is not None
        return (*path, "shrinkage") if is_own else path, " with a shrinkage of 100%"
    for key, shifts in (("shifts", written.shifts), ("add", written.add)):
        for i, shift in enumerate(shifts or ()):
            if shift.team in teams and shift.agents:  # and so breaks, or its team would be on duty
                return (*path, key, i, "breaks"), " with breaks as long as the shift"
    return path, " with breaks as long as the shifts"
