"""Who has room: the agents on duty who may take more, and which of them a step chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heappop, heappush

from simcare.staffing.rules import AgentRule, Rules

NO_RANK = 2**62
"""Behind every rank."""


class Room:
    """For each team and each number of steps in hand, the agents with room, and since when each is idle.

    `idle[team]` are those with nothing in hand. Who of them is first stands at the front of a heap, in which
    those who are idle no longer are passed over.
    """

    def __init__(self, team_of_agent: list[int], rules: Rules) -> None:
        self._team = team_of_agent
        self._rule: AgentRule = rules.agent_rule
        self._by_since = self._rule == "longest-idle"
        self._skills: list[int] = rules.skills_of_team.tolist()
        self._with: list[list[dict[int, int]]] = [
            [{} for _ in range(at_once)] for at_once in rules.at_once.tolist()
        ]
        self.idle = [slots[0] for slots in self._with]
        self._first: list[list[tuple[int, int]]] = [[] for _ in self._with]

    def add(self, agent: int, in_hand: int, since_ms: int) -> None:
        """An agent has room; `since_ms` is his last completion or the start of his duty."""
        team = self._team[agent]
        self._with[team][in_hand][agent] = since_ms
        if in_hand == 0:
            heappush(self._first[team], (since_ms if self._by_since else 0, agent))

    def remove(self, agent: int, in_hand: int) -> None:
        """An agent has no room any more, if he had."""
        slots = self._with[self._team[agent]]
        if in_hand < len(slots):
            slots[in_hand].pop(agent, None)

    def busy(self, team: int) -> list[int]:
        """The agents of a team who have room and something in hand, lowest number first."""
        return sorted(agent for slot in self._with[team][1:] for agent in slot)

    def choose(
        self,
        teams: Iterable[int],
        rank: list[int],
        u: float,
        handling_ms: Callable[[int], int],
    ) -> int | None:
        """Which agent a step takes: its order of teams, fewest in hand, the plan's rule, number.

        `rank` is the step's order of teams, `u` the uniform of its contact, and `handling_ms` how long a team
        would take.
        """
        best = (NO_RANK, 0)
        equal: list[int] = []
        for team in teams:
            for in_hand, slot in enumerate(self._with[team]):
                if slot:
                    place = (rank[team], in_hand)
                    if place < best:
                        best, equal = place, [team]
                    elif place == best:
                        equal.append(team)
                    break
        if not equal:
            return None
        if self._rule == "random":
            agents = sorted(agent for team in equal for agent in self._with[team][best[1]])
            return agents[int(u * len(agents))]
        if len(equal) == 1:
            return self._longest(equal[0], best[1])[1]
        return min(self._candidate(team, best[1], handling_ms) for team in equal)[1]

    def _candidate(self, team: int, in_hand: int, handling_ms: Callable[[int], int]) -> tuple[int, int]:
        """Of the agents of a team with so many in hand, who is first by the rule and by number."""
        since_ms, agent = self._longest(team, in_hand)
        if self._by_since:
            return since_ms, agent
        return (self._skills[team] if self._rule == "most-specialised" else handling_ms(team)), agent

    def _longest(self, team: int, in_hand: int) -> tuple[int, int]:
        slot = self._with[team][in_hand]
        by_since = self._by_since
        if in_hand > 0:
            return min((since_ms if by_since else 0, agent) for agent, since_ms in slot.items())
        first = self._first[team]
        while first[0][1] not in slot or (by_since and slot[first[0][1]] != first[0][0]):
            heappop(first)
        return first[0]
