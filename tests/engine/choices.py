"""Who took what: at every choice in a Log, the first by the rules was taken.

The events of a Log are gone through in their order (time, kind, index). Whenever an agent becomes free, or a
step becomes ready, somebody has a choice; what the Log did then is compared with what sorts first among all
that waited, or all who were free. What is followed is the Log, never a notion of what should be: times,
ends and leavings are taken as they stand (that they are right is checked in `invariants`).
"""

from __future__ import annotations

from collections import defaultdict
from heapq import heapify, heappop, heappush

from simcare.demand.tape import Tape
from simcare.engine.log import LEFT, UNWRITTEN, Log
from simcare.staffing.roster import Roster
from simcare.staffing.rules import Rules, handling_ms

COMPLETION, DUTY_END, DUTY_START, READY, PATIENCE = 1, 2, 3, 5, 6

Event = tuple[int, int, int, int, int]
"""(time, kind, index, and for an event of a level: its team and the new level, else -1, -1)."""

Key = tuple[int, int, int, int]


def check_choices(tape: Tape, roster: Roster, rules: Rules, log: Log) -> None:
    """Raise AssertionError unless every agent and every step took what sorts first."""
    _Choices(tape, roster, rules, log).go_through()


class _Choices:
    """Who is free, who is on duty and what waits, at one event of the Log after the other."""

    def __init__(self, tape: Tape, roster: Roster, rules: Rules, log: Log) -> None:
        self.tape, self.rules = tape, rules
        self.team_of: list[int] = roster.team_of_agent.tolist()
        agents_of: dict[int, list[int]] = defaultdict(list)
        for agent, team in enumerate(self.team_of):
            agents_of[team].append(agent)
        self.agents_of = agents_of

        self.duty_until = [0] * len(self.team_of)  # of people: the end of the duty they are in, 0 if off duty
        self.level = dict.fromkeys(roster.level_team.tolist(), 0)
        changes = (roster.level_team.tolist(), roster.level_from_ms.tolist(), roster.level.tolist())
        self.level_from = {(team, at): level for team, at, level in zip(*changes, strict=True)}
        self.busy = dict.fromkeys(self.level, 0)
        self.free: dict[int, dict[int, int]] = defaultdict(dict)  # team → agent on duty and free → since when
        self.holds: dict[int, int] = {}  # agent → step
        self.held_by: dict[int, int] = {}  # step → agent

        columns = (log.steps.step, log.steps.contact, log.steps.kind, log.steps.ready_ms)
        self.group: dict[int, tuple[int, int]] = {}  # step → (kind, type)
        self.ready: dict[int, int] = {}
        types = tape.type_of_contact.tolist()
        for step, contact, kind, ready in zip(*(column.tolist() for column in columns), strict=True):
            self.group[step] = (kind, types[contact])
            self.ready[step] = ready
        self.waiting: dict[int, Key] = {}
        self.queues: dict[tuple[int, int], list[Key]] = defaultdict(list)
        self.seen_ready: set[int] = set()

        # The starts still to come, by instant: {(agent, step): (end, completed)}.
        self.starts: dict[int, dict[tuple[int, int], tuple[int, bool]]] = defaultdict(dict)
        s = log.stints
        for step, agent, start, end, completed in zip(
            *(column.tolist() for column in (s.step, s.agent, s.start_ms, s.end_ms, s.completed)), strict=True
        ):
            self.starts[start][agent, step] = (end, completed)
        self.broken_off: set[tuple[int, int, int]] = {  # (agent, step, end)
            (agent, step, end)
            for at_start in self.starts.values()
            for (agent, step), (end, completed) in at_start.items()
            if not completed
        }
        self.events: list[Event] = self._events(roster, log)

    def _events(self, roster: Roster, log: Log) -> list[Event]:
        events: list[Event] = []
        for agent, start, end in zip(
            roster.duty_agent.tolist(), roster.duty_from_ms.tolist(), roster.duty_to_ms.tolist(), strict=True
        ):
            events.append((start, DUTY_START, agent, -1, end))
            events.append((end, DUTY_END, agent, -1, -1))
        before = dict.fromkeys(self.level, 0)
        for team, at, level in zip(
            roster.level_team.tolist(), roster.level_from_ms.tolist(), roster.level.tolist(), strict=True
        ):
            kind = DUTY_START if level > before[team] else DUTY_END
            events.append((at, kind, min(self.agents_of[team], default=0), team, level))
            before[team] = level
        for step, outcome, gone in zip(
            log.steps.step.tolist(), log.steps.outcome.tolist(), log.steps.gone_ms.tolist(), strict=True
        ):
            if outcome != UNWRITTEN:
                events.append((self.ready[step], READY, step, -1, -1))
            if outcome == LEFT:
                events.append((gone, PATIENCE, step, -1, -1))
        heapify(events)
        return events

    def go_through(self) -> None:
        """Every event before the end of the drain; at the end of each instant, no start may be left over."""
        to_come = sorted(self.starts, reverse=True)
        while self.events:
            at, kind, index, team, number = heappop(self.events)
            while to_come and to_come[-1] < at:
                self._no_start_left(to_come.pop())
            if at >= self.rules.drain_end_ms:
                break
            if kind == COMPLETION:
                self._completion(at, index)
            elif kind == READY:
                self._ready(at, index)
            elif kind == PATIENCE:
                self.waiting.pop(index, None)
            elif team >= 0:
                self._level_changes(at, team, number)
            elif kind == DUTY_START:
                self.duty_until[index] = number
                if index not in self.holds:
                    self._takes(at, index)
            else:
                self._duty_ends(at, index)
        for instant in reversed(to_come):
            self._no_start_left(instant)

    def _no_start_left(self, instant: int) -> None:
        for agent, step in self.starts[instant]:
            raise AssertionError(
                f"agent {agent} starts step {step} at {instant}, but no event brings the two together: "
                "the agent was not free and on duty, or the step was not waiting"
            )

    # --- Events ---------------------------------------------------------------------------------------------

    def _completion(self, at: int, step: int) -> None:
        agent = self.held_by.pop(step)
        del self.holds[agent]
        team = self.team_of[agent]
        if team in self.level:
            self.busy[team] -= 1
            # Duty is half-open: at the instant of a fall nothing new starts above the lower level.
            level = min(self.level[team], self.level_from.get((team, at), self.level[team]))
            if self.busy[team] + len(self.free[team]) < level:
                self._takes(at, agent)
        elif at < self.duty_until[agent]:
            self._takes(at, agent)

    def _duty_ends(self, at: int, agent: int) -> None:
        self.duty_until[agent] = 0
        self.free[self.team_of[agent]].pop(agent, None)
        step = self.holds.get(agent)
        if step is not None and (agent, step, at) in self.broken_off:
            del self.holds[agent], self.held_by[step]
            self._waits(step, dropped=True)
            heappush(self.events, (at, READY, step, -1, -1))

    def _level_changes(self, at: int, team: int, level: int) -> None:
        """The idle with the highest index leave; the lowest of those away come, each taking a step first."""
        self.level[team] = level
        free = self.free[team]
        while free and self.busy[team] + len(free) > level:
            del free[max(free)]
        away = [agent for agent in self.agents_of[team] if agent not in free and agent not in self.holds]
        for agent in away:
            if self.busy[team] + len(free) < level:
                self._takes(at, agent)

    def _ready(self, at: int, step: int) -> None:
        if step not in self.seen_ready:
            self.seen_ready.add(step)
            self._waits(step, dropped=False)
        elif step not in self.waiting:
            return  # dropped at this instant, and already taken by somebody who began
        kind, of_type = self.group[step]
        best: tuple[int, int, int] | None = None
        for team, free in self.free.items():
            if free and self.rules.handles[kind, of_type, team]:
                rank = int(self.rules.team_rank[of_type, team])
                first = min((self._agent_value(step, team, since), agent) for agent, since in free.items())
                key = (rank, *first)
                best = key if best is None or key < best else best
        if best is None:
            return
        agent = best[2]
        if (agent, step) not in self.starts[at]:
            others = [other for other, of in self.starts[at] if of == step]
            did = f"was taken by agent {others[0]}" if others else "was taken by nobody"
            raise AssertionError(
                f"step {step}, ready at {at}, {did}, but agent {agent} was free and comes first"
            )
        self._start(at, agent, step)

    # --- Choices --------------------------------------------------------------------------------------------

    def _takes(self, at: int, agent: int) -> None:
        """An agent has become free: what he took must be the first of all he could have taken."""
        team = self.team_of[agent]
        self.free[team][agent] = at
        best: Key | None = None
        for (kind, of_type), queue in self.queues.items():
            if self.rules.handles[kind, of_type, team]:
                while queue and self.waiting.get(queue[0][3]) != queue[0]:
                    heappop(queue)
                if queue and (best is None or queue[0] < best):
                    best = queue[0]
        if best is None:
            return
        step = best[3]
        if (agent, step) not in self.starts[at]:
            others = [of for other, of in self.starts[at] if other == agent and of in self.waiting]
            did = f"took step {others[0]}" if others else "took nothing"
            raise AssertionError(
                f"agent {agent}, free at {at}, {did}, but step {step} waited and comes first"
            )
        self._start(at, agent, step)

    def _start(self, at: int, agent: int, step: int) -> None:
        end, completed = self.starts[at].pop((agent, step))
        team = self.team_of[agent]
        del self.free[team][agent], self.waiting[step]
        self.holds[agent], self.held_by[step] = step, agent
        if team in self.level:
            self.busy[team] += 1
        if completed:
            heappush(self.events, (end, COMPLETION, step, -1, -1))

    def _waits(self, step: int, dropped: bool) -> None:
        """Dropped steps come first, by ready time; the others by the plan's order, ready time and index."""
        ready, of_type = self.ready[step], self.group[step][1]
        value = {
            "first-come": ready,
            "newest": -ready,
            "priority": int(self.rules.type_rank[of_type]),
            "deadline": ready + int(self.rules.promise_ms[of_type]),
        }[self.rules.order]
        key = (0, ready, value, step) if dropped else (1, value, ready, step)
        self.waiting[step] = key
        heappush(self.queues[self.group[step]], key)

    def _agent_value(self, step: int, team: int, since: int) -> int:
        if self.rules.agent_rule == "longest-idle":
            return since
        if self.rules.agent_rule == "most-specialised":
            return int(self.rules.skills_of_team[team])
        key = (*self.group[step], team)
        return handling_ms(
            int(self.tape.work_ms[self.rules.work_slot[key], step]), int(self.rules.speed_ppm[key])
        )
