"""The compiled engine: the rules of a run as one Numba kernel, in the sections of the reference.

It writes the same Log as `simcare.engine.reference`, to the last bit; only the bookkeeping differs. One
function goes through all events: to call others with all these arrays costs more than most of them do.
Queues and agents with room stand in binary heaps from which anybody can be taken out.

All kernels are in this file: the cache on disk notices a change of this file and of no other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import ANSWER, CLOSING, ESCALATED, FIRST, FOLLOW_UP, NEVER, Tape
from simcare.engine.log import (
    ENDLESS_TRIES,
    LEFT,
    MOST_EARLIER_TRIES,
    OPEN,
    REPLIED,
    SILENT,
    TURNED_AWAY,
    UNWRITTEN,
    Log,
    Steps,
    Stints,
)
from simcare.engine.moments import COMPLETION, DUTY_START, OVERFLOW, PATIENCE, READY
from simcare.engine.world import (
    AUDIENCE,
    DEADLINE,
    EVENT,
    FASTEST,
    FOLLOWERS,
    HANDED_BACK,
    LONGEST_IDLE,
    MOST_SPECIALISED,
    NEWEST,
    PRIORITY,
    RANDOM,
    duty_events,
    world_of,
)
from simcare.errors import TooLarge
from simcare.staffing.audience_order import COARSE_ROW, FINE_ROWS, MINUTE
from simcare.staffing.roster import Roster
from simcare.staffing.rules import PARTS, Rules

_BUILT_IN = (
    (ANSWER, CLOSING, ESCALATED, FIRST, FOLLOW_UP, NEVER, PARTS, HANDED_BACK),
    (LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY, UNWRITTEN),
    (COMPLETION, DUTY_START, OVERFLOW, READY, PATIENCE),
    (NEWEST, PRIORITY, DEADLINE, FOLLOWERS, AUDIENCE, FINE_ROWS, COARSE_ROW, MINUTE),
    (LONGEST_IDLE, MOST_SPECIALISED, FASTEST, RANDOM),
)
assert _BUILT_IN == (
    (3, 4, 2, 0, 1, 2**62, 1_000_000, 2**61),
    (2, 0, 1, 3, 5, 4),
    (1, 3, 4, 5, 6),
    (1, 2, 3, 4, 5, 240, 15, 60_000),
    (0, 1, 2, 3),
), "a number of another file is compiled into this one: change it here too, so that nobody runs an old kernel"

LARGEST_HANDLING = 2**31
"""From here on (25 days) handling times handling leaves 64 bits; the reference engine, which counts without
end, takes over.
"""

PLANNED, UNFINISHED, EARLIER_STINTS, EARLIER_TRIES = 0, 1, 4, 5
"""Places in the record of how far the kernel has come."""

_kernel: Any = numba.njit(cache=True, nogil=True, error_model="numpy")
_inlined: Any = numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")


def simulate(tape: Tape, roster: Roster, rules: Rules) -> Log:
    """Play one replication of one plan and return what became of every step, as the reference engine does."""
    types = rules.handles.shape[1]
    in_group = _by_group(tape.type_of_contact, tape.contact_of_step, tape.kind_of_step, types)
    world = world_of(tape, roster, rules, in_group)
    _begin(world.step)
    duties = duty_events(roster, rules)
    events = np.zeros(1024, dtype=EVENT)
    stints = np.zeros((64, 4), dtype=np.int64)
    tries = np.zeros((64, 4), dtype=np.int64)
    far = np.zeros(7, dtype=np.int64)
    far[UNFINISHED] = np.count_nonzero(tape.first_step[1:] > tape.first_step[:-1])
    over = False
    while not over:
        over = _play(world, *duties, events, stints, tries, far)
        if far[EARLIER_TRIES] > MOST_EARLIER_TRIES:
            raise TooLarge(ENDLESS_TRIES)
        if not over:
            events, stints, tries = (
                np.concatenate([table, np.zeros_like(table)]) for table in (events, stints, tries)
            )
    return _log(world, stints[: far[EARLIER_STINTS]], tries[: far[EARLIER_TRIES]])


def can_count(tape: Tape, rules: Rules) -> bool:
    """Do all times of this run fit the whole numbers of the kernel?"""
    slowest = rules.speed_ppm[rules.speed_ppm > 0].min(initial=PARTS)
    return bool(tape.work_ms.max(initial=0) * (PARTS / slowest) < LARGEST_HANDLING)


def is_cached() -> bool:
    """Is there a compiled kernel on the disk?"""
    folder = Path(_play._cache.cache_path)
    return any(folder.glob(f"{Path(__file__).stem}.{_play.__name__}-*.nbc"))


# --- Time and order -----------------------------------------------------------------------------------------


@_inlined
def _plan(events, end, time, kind, index):
    """Plan an event: it stands at `end`, behind those in order, until this moment is over."""
    events[end].time = time
    events[end].key = (kind << 32) + index


@_inlined
def _sooner(one_time, one_key, other_time, other_key):
    """Does an event come before another? Both parts are compared: to guess wrong costs more."""
    return (one_time < other_time) | ((one_time == other_time) & (one_key < other_key))


@_kernel
def _play(w, duty_time, duty_kind, duty_index, duty_team, duty_value, events, stints, tries, far):
    """Go through all events in the order (time, kind, index) until all is over, or a table may become too
    short: then False, and what `far` holds, how far it has come, is where it goes on.
    """
    (
        arrival, type_of, followers, patience, leave_u, silent_u, random_u, first_retry,
        retry_mark, retry_after, retry_leave_u, retry_silent_u, first_step, contact_of, kind_of,
        mark, pause, work,
        speed, slot, rank, ahead_over, type_rank, promise, public, views_by_age,
        weights, pace, again, escalates, silent, closes, acknowledges,
        tries_again, queue_of_type, queue_limit, leaves_from, leaves_at_once, order,
        agent_rule, drain_end,
        types, stages, stages_of, stage_wait, stage_of_team, teams_from, able_team,
        able_stage,
        queues_of_team, queue_of_team, tier_of_team,
        level_team, level_from, level_to,
        step, chat, dropped, agents, teams, hand, room, room_size, room_from, queue,
        queue_size, queue_from, first_replies, place_of, tried,
    ) = w  # all at once, for to look one up in the loop costs as much as an event  # fmt: skip
    by_since, most = agent_rule == LONGEST_IDLE, hand.shape[1]
    chats, drops = len(chat) > 0, len(dropped) > 0

    # What is planned: a heap of so many events, and up to `end` those that come of the moment in hand.
    planned, unfinished, next_contact, next_duty = far[PLANNED], far[UNFINISHED], far[2], far[3]
    earlier_stints, earlier_tries, now = far[EARLIER_STINTS], far[EARLIER_TRIES], far[6]
    at_most = hand.shape[0] * most + stages + 64  # so many events can come of one
    while unfinished > 0:
        if (
            planned + at_most > len(events)
            or earlier_stints + most > len(stints)
            or earlier_tries + 1 > len(tries)
        ):
            far[PLANNED], far[UNFINISHED], far[2], far[3] = planned, unfinished, next_contact, next_duty
            far[EARLIER_STINTS], far[EARLIER_TRIES], far[6] = earlier_stints, earlier_tries, now
            return False

        # The first of what is planned, of the arrivals and of the duties.
        now, key, source = drain_end, np.int64(0), 0
        if planned > 0 and events[0].time < now:
            now, key, source = events[0].time, events[0].key, 1
        while next_contact < len(arrival) and first_step[next_contact] == first_step[next_contact + 1]:
            next_contact += 1  # it needs no answer
        if next_contact < len(arrival):
            at = arrival[next_contact]
            if at <= now:
                ready_key = (READY << 32) + first_step[next_contact]
                if at < now or ready_key < key:
                    now, key, source = at, ready_key, 2
        if next_duty < len(duty_time):
            at = duty_time[next_duty]
            if at <= now:
                duty_key = (duty_kind[next_duty] << 32) + duty_index[next_duty]
                if at < now or duty_key < key:
                    now, key, source = at, duty_key, 3
        if source == 0:
            break
        kind, index, end = key >> 32, key & 0xFFFFFFFF, planned

        # What may come of it, in this order.
        offered = np.int64(-1)  # a step that takes one agent with room,
        else_waits = 0  # and waits otherwise: a first reply (2), another step (1), or it waits already (0)
        gone, outcome = np.int64(-1), LEFT  # a step whose customer leaves or is turned away
        dropping = np.int64(-1)  # an agent who hands back all that he holds
        taking = np.int64(-1)  # an agent who takes what he may
        filling = np.int64(-1)  # a team whose busy agents take what they may
        rising = np.int64(-1)  # a team to which agents come, up to its level

        # --- A contact's steps ------------------------------------------------------------------------------

        if source == 2:
            offered, else_waits = index, 2
            step[offered].ready = now
            next_contact += 1
        elif source == 1:
            if kind == COMPLETION:
                if not chats or chat[index].due == now:  # or else it was planned at another pace
                    agent = np.int64(step[index].agent)
                    team = agents[agent].team
                    step[index].end = now
                    step[index].done = True
                    if agents[agent].place >= 0:
                        _has_no_room(agents, agent, team, room, room_size, room_from, by_since, most)
                    if teams[team].plain:
                        agents[agent].holds = 0
                    else:
                        end = _out_of_hand(agents, agent, team, index, now, chat, hand, pace, events, end)
                    if chats:
                        chat[index].due = -1
                    agents[agent].since = now

                    # After a reply: the full answer at once, escalated work at once, the customer's next
                    # message, a closing reply at once, or nothing.
                    follows, ready, after = np.int64(-1), now, index + 1
                    if step[index].outcome != SILENT:
                        step[index].outcome = REPLIED
                        more = after < len(kind_of) and kind_of[after] != FIRST
                        if more:
                            of_type = type_of[contact_of[index]]
                            if kind_of[after] == ANSWER:
                                if acknowledges[of_type]:
                                    follows = after
                                after += 1
                                more = after < len(kind_of) and kind_of[after] != FIRST
                            if follows < 0 and more and kind_of[after] == ESCALATED:
                                if mark[after] < escalates[of_type]:
                                    follows = after
                                after += 1
                                more = after < len(kind_of) and kind_of[after] != FIRST
                            if follows < 0 and more:
                                if kind_of[after] == FOLLOW_UP and mark[after] < again[of_type]:
                                    follows, ready = after, now + pause[after]
                                elif closes[of_type] > 0:
                                    last = first_step[contact_of[index] + 1] - 1
                                    if kind_of[last] == CLOSING and mark[last] < closes[of_type]:
                                        follows = last
                    if follows >= 0:
                        step[follows].ready = ready
                        if ready < drain_end:
                            _plan(events, end, ready, READY, follows)
                            end += 1
                        else:
                            step[follows].outcome = UNWRITTEN
                            follows = np.int64(-1)
                    if follows < 0:
                        unfinished -= 1

                    if teams[team].level < 0:
                        if agents[agent].until > now:
                            taking = agent
                    else:
                        # Duty is half-open: at the instant of a fall nothing new starts above it.
                        level, row = teams[team].level, teams[team].next_level
                        if row < len(level_from) and level_from[row] == now and level_team[row] == team:
                            level = min(level, level_to[row])
                        if agents[agent].holds > 0:
                            if teams[team].busy <= level:
                                taking = agent
                            else:
                                _has_room(agents, agent, team, room, room_size, room_from, by_since, most)
                        else:
                            teams[team].busy -= 1
                            if teams[team].busy + room_size[team * most] < level:
                                taking = agent
                            elif teams[team].busy <= level:
                                filling = team
            elif kind == OVERFLOW:
                stage = np.int64(step[index].open)
                step[index].open += 1
                if step[index].waits:
                    number = _group(types, type_of[contact_of[index]], kind_of[index]) * stages + stage
                    _stand_in(step, index, queue, queue_size, queue_from, place_of, number, stage)
                    offered = index
            elif kind == PATIENCE:
                if not step[index].started:
                    contact = contact_of[index]
                    if silent_u[contact] < silent[type_of[contact]]:
                        step[index].outcome = SILENT
                        step[index].gone = now
                    else:
                        gone = index
            elif drops and dropped[index].of > 0:
                if step[index].waits:
                    offered = index
            elif kind_of[index] == FIRST:
                tries[earlier_tries, 0] = index
                tries[earlier_tries, 1] = step[index].ready
                tries[earlier_tries, 2] = step[index].outcome
                tries[earlier_tries, 3] = step[index].gone
                earlier_tries += 1
                step[index].ready, step[index].outcome, step[index].gone = now, OPEN, -1
                offered, else_waits = index, 2
            else:
                offered, else_waits = index, 1

        # --- Duty -------------------------------------------------------------------------------------------

        else:
            team, value = duty_team[next_duty], duty_value[next_duty]
            next_duty += 1
            if team >= 0:  # a level: when it falls the idle leave first, then whoever finishes next
                was_above = teams[team].busy > teams[team].level
                teams[team].level = value
                teams[team].next_level += 1
                leaving = teams[team].first_agent + teams[team].agents - 1
                idle = team * most
                while room_size[idle] > 0 and teams[team].busy + room_size[idle] > value:
                    if agents[leaving].place >= 0 and agents[leaving].holds == 0:
                        _has_no_room(agents, leaving, team, room, room_size, room_from, by_since, most)
                    leaving -= 1
                rising = team
                if was_above and teams[team].busy <= value:
                    filling = team
            elif kind == DUTY_START:
                agents[index].until = value
                agents[index].since = now
                taking = index
            else:  # what is in hand is finished, or handed back if the plan says so
                agents[index].until = 0
                team = agents[index].team
                if agents[index].place >= 0:
                    _has_no_room(agents, index, team, room, room_size, room_from, by_since, most)
                if drops:
                    _count_left(agents, index, team, now, teams[team].plain, pace, hand, step, chat, dropped)
                    dropping = index

        # Teams that only help may take a step so long after it first became ready.
        if offered >= 0 and step[offered].open == 0:
            step[offered].open = 1
            if stages > 1:
                group = _group(types, type_of[contact_of[offered]], kind_of[offered])
                for stage in range(1, stages_of[group]):
                    _plan(events, end, now + stage_wait[group, stage], OVERFLOW, offered)
                    end += 1

        # --- Who takes what: two sorts ----------------------------------------------------------------------

        filled, coming, work_left = np.int64(-1), np.int64(-1), True
        while True:
            chosen, agent, team = np.int64(-1), np.int64(-1), np.int64(-1)  # an agent of a team takes a step
            waits = np.int64(-1)  # a step waits
            free = np.int64(-1)  # an agent has room
            if offered >= 0:
                # A step takes an agent: its order of teams, fewest in hand, the plan's rule, number.
                of_type = type_of[contact_of[offered]]
                group = _group(types, of_type, kind_of[offered])
                best_rank, best_holds, best_value = np.int64(0), np.int64(0), np.int64(0)
                for row in range(teams_from[group], teams_from[group + 1]):
                    able = able_team[row]
                    if able_stage[row] >= step[offered].open:
                        continue
                    if teams[able].level >= 0 and teams[able].busy > teams[able].level:
                        continue  # where more are busy than the level, nobody takes anything
                    for holds in range(teams[able].at_once):
                        if room_size[able * most + holds] > 0:
                            one = np.int64(room[room_from[able * most + holds]])
                            value = np.int64(0)
                            if by_since:
                                value = agents[one].since
                            elif agent_rule == MOST_SPECIALISED:
                                value = teams[able].skills
                            elif agent_rule == FASTEST:
                                value = _handling(
                                    work[slot[kind_of[offered], of_type, able], offered],
                                    speed[kind_of[offered], of_type, able],
                                )
                            first = agent < 0 or rank[of_type, able] < best_rank
                            if not first and rank[of_type, able] == best_rank:
                                first = holds < best_holds or (
                                    holds == best_holds
                                    and (value < best_value or (value == best_value and one < agent))
                                )
                            if first:
                                agent, team = one, able
                                best_rank, best_holds, best_value = rank[of_type, able], holds, value
                            break
                if agent >= 0:
                    chosen = offered
                    if agent_rule == RANDOM:
                        agent = _at_random(
                            agents,
                            teams,
                            stage_of_team,
                            rank,
                            group,
                            of_type,
                            best_rank,
                            best_holds,
                            step[chosen].open,
                            random_u[contact_of[chosen]],
                        )
                        team = agents[agent].team
                elif else_waits == 1:
                    waits = offered
                elif else_waits == 2:  # the queue is full, or the customer leaves at once, or it waits
                    ahead = first_replies[queue_of_type[of_type]]
                    row = 0
                    while row + 1 < leaves_from.shape[1] and leaves_from[of_type, row + 1] <= ahead:
                        row += 1
                    contact = contact_of[offered]
                    if ahead >= queue_limit[queue_of_type[of_type]]:
                        gone, outcome = offered, TURNED_AWAY
                    elif leave_u[contact] < leaves_at_once[of_type, row]:
                        gone = offered
                    else:
                        waits = offered
                        if patience[contact] < NEVER:
                            _plan(events, end, now + patience[contact], PATIENCE, offered)
                            end += 1
                offered = np.int64(-1)
            elif dropping >= 0:
                # An agent hands back what he holds, lowest number first: each waits before all others, and
                # agents who start at this instant choose first.
                if agents[dropping].holds == 0:
                    dropping = np.int64(-1)
                    continue
                waits = np.int64(hand[dropping, 0])
                for i in range(1, agents[dropping].holds):
                    waits = min(waits, np.int64(hand[dropping, i]))
                if teams[agents[dropping].team].plain:
                    agents[dropping].holds = 0
                else:
                    end = _out_of_hand(
                        agents, dropping, agents[dropping].team, waits, now, chat, hand, pace, events, end
                    )
                stints[earlier_stints, 0] = waits
                stints[earlier_stints, 1] = dropping
                stints[earlier_stints, 2] = step[waits].start
                stints[earlier_stints, 3] = now
                earlier_stints += 1
                step[waits].agent = -1
                _plan(events, end, now, READY, waits)
                end += 1
            elif taking >= 0:
                # An agent who may take more takes one step after the other.
                agent, team = taking, agents[taking].team
                if agents[agent].holds < teams[team].at_once:
                    best_tier = np.int64(0)
                    for row in range(queues_of_team[team], queues_of_team[team + 1]):
                        one_queue = queue_of_team[row]
                        if queue_size[one_queue] == 0:
                            continue
                        one, tier = np.int64(queue[queue_from[one_queue]]), tier_of_team[row]
                        if order == AUDIENCE:
                            begin = queue_from[one_queue]
                            one = _most_seen(
                                step, queue[begin : begin + queue_size[one_queue]], contact_of, kind_of,
                                type_of, arrival, views_by_age, weights, now,
                            )  # fmt: skip
                        first = chosen < 0 or step[one].first_key < step[chosen].first_key
                        if not first and step[one].first_key == step[chosen].first_key:
                            first = tier < best_tier or (tier == best_tier and _before(step, one, chosen))
                        if first:
                            chosen, best_tier = one, tier
                    if chosen < 0:
                        free, work_left = agent, False
                if chosen < 0:
                    taking = np.int64(-1)
            elif filling >= 0:
                # When the busy are as few as the level again, those with room take what they may.
                if teams[filling].at_once > 1:
                    if filled < 0:
                        filled = teams[filling].first_agent
                    last = teams[filling].first_agent + teams[filling].agents
                    while filled < last and not (agents[filled].place >= 0 and agents[filled].holds > 0):
                        filled += 1
                    if filled < last:
                        taking = filled
                        filled += 1
                        continue
                filling = np.int64(-1)
                work_left = True
                continue
            elif rising >= 0 and teams[rising].busy + room_size[rising * most] < teams[rising].level:
                # Agents come one after the other, lowest number first.
                if coming < 0:
                    coming = teams[rising].first_agent
                while agents[coming].place >= 0 or agents[coming].holds > 0:
                    coming += 1
                agents[coming].since = now
                if work_left:
                    taking = coming
                else:  # the one before found nothing either
                    free = coming
                coming += 1
            else:
                break

            # --- Handling -----------------------------------------------------------------------------------

            if chosen >= 0:
                of_type, kind = type_of[contact_of[chosen]], kind_of[chosen]
                whole = _handling(work[slot[kind, of_type, team], chosen], speed[kind, of_type, team])
                planned_ms = whole
                if drops and dropped[chosen].of > 0:
                    left, of = dropped[chosen].left, dropped[chosen].of
                    planned_ms = max(np.int64(1), (whole * left + of // 2) // of)
                step[chosen].started = True
                step[chosen].agent = agent
                step[chosen].start = now
                if step[chosen].waits:
                    step[chosen].waits = False
                    if kind == FIRST:
                        first_replies[queue_of_type[of_type]] -= 1
                    group = _group(types, of_type, kind)
                    for stage in range(step[chosen].open):
                        _step_out_here(
                            step,
                            chosen,
                            queue,
                            queue_size,
                            queue_from,
                            place_of,
                            group * stages + stage,
                            stage,
                        )
                if agents[agent].place >= 0:
                    _has_no_room_here(agents, agent, team, room, room_size, room_from, by_since, most)
                until = np.int64(NEVER)
                if teams[team].level >= 0:
                    teams[team].busy += agents[agent].holds == 0
                elif drops:
                    until = agents[agent].until
                    dropped[chosen].whole = whole
                    dropped[chosen].planned = planned_ms
                if teams[team].plain:
                    hand[agent, 0] = chosen
                    agents[agent].holds = 1
                    if now + planned_ms <= until:
                        if chats:
                            chat[chosen].due = now + planned_ms
                        _plan(events, end, now + planned_ms, COMPLETION, chosen)
                        end += 1
                else:
                    end = _into_hand(
                        agents, agent, team, chosen, now, planned_ms, chat, hand, pace, events, end
                    )
                    if agents[agent].holds < teams[team].at_once:
                        free = agent

            if free >= 0 and agents[free].place < 0:
                _has_room_here(agents, free, agents[free].team, room, room_size, room_from, by_since, most)

            if waits >= 0:
                contact, kind = contact_of[waits], kind_of[waits]
                of_type = type_of[contact]
                first_key, value = np.int64(0), step[waits].ready
                if drops and dropped[waits].of > 0:
                    first_key = value - HANDED_BACK
                step[waits].first_key = 2 * first_key + (followers[contact] <= ahead_over[kind, of_type])
                if order == NEWEST:
                    value = -value
                elif order == PRIORITY:
                    value = type_rank[of_type]
                elif order == DEADLINE:
                    value = value + promise[of_type]
                elif order == FOLLOWERS:
                    value = -followers[contact] if kind == FIRST and public[of_type] else np.int64(0)
                elif order == AUDIENCE:
                    value = np.int64(0)  # it changes: see `_most_seen`
                step[waits].value = value
                step[waits].waits = True
                if kind == FIRST:
                    first_replies[queue_of_type[of_type]] += 1
                group = _group(types, of_type, kind)
                for stage in range(step[waits].open):
                    _stand_in_here(
                        step, waits, queue, queue_size, queue_from, place_of, group * stages + stage, stage
                    )

        # Who left or was turned away is gone for good, or comes back.
        if gone >= 0:
            step[gone].outcome, step[gone].gone = outcome, now
            contact = contact_of[gone]
            of_type = type_of[contact]
            if step[gone].waits:
                step[gone].waits = False
                first_replies[queue_of_type[of_type]] -= 1
                for stage in range(step[gone].open):
                    number = of_type * stages + stage
                    _step_out(step, gone, queue, queue_size, queue_from, place_of, number, stage)
            chance = tries_again[of_type]
            back = False
            if chance > 0:
                first_try, after_last = first_retry[contact], first_retry[contact + 1]
                if first_try < after_last:
                    retry = first_try + tried[contact]
                    if chance == 1:
                        retry = first_try + tried[contact] % (after_last - first_try)
                    if retry < after_last and retry_mark[retry] < chance:
                        back = now + retry_after[retry] < drain_end
                    if back:
                        leave_u[contact], silent_u[contact] = retry_leave_u[retry], retry_silent_u[retry]
                        tried[contact] += 1
                        _plan(events, end, now + retry_after[retry], READY, gone)
                        end += 1
            if not back:
                unfinished -= 1

        # What is planned in order again: the last takes the place of what has happened, the others rise.
        if source == 1:
            end -= 1
            time, key = events[end].time, events[end].key
            if end < planned:
                planned = end
            place = np.int64(0)
            below = np.int64(1)
            while below < planned:
                right = below + (below + 1 < planned)
                below += (right > below) & _sooner(
                    events[right].time, events[right].key, events[below].time, events[below].key
                )
                if not _sooner(events[below].time, events[below].key, time, key):
                    break
                events[place].time, events[place].key = events[below].time, events[below].key
                place = below
                below = 2 * place + 1
            events[place].time, events[place].key = time, key
        while planned < end:
            time, key = events[planned].time, events[planned].key
            place = planned
            planned += 1
            while place > 0:
                above = (place - 1) >> 1
                if _sooner(events[above].time, events[above].key, time, key):
                    break
                events[place].time, events[place].key = events[above].time, events[above].key
                place = above
            events[place].time, events[place].key = time, key

    for agent in range(len(agents)):  # all is over: what is in hand is cut here
        for i in range(agents[agent].holds):
            step[hand[agent, i]].end = now
    far[EARLIER_STINTS], far[EARLIER_TRIES] = earlier_stints, earlier_tries
    return True


# --- Who takes what: the queues -----------------------------------------------------------------------------


@_inlined
def _group(types, of_type, kind):
    """The group of steps that the same teams may take: by type, escalated work apart."""
    return of_type + types if kind == ESCALATED else of_type


@_inlined
def _before(step, one, other):
    """Does a waiting step come before another in their queue?"""
    if step[one].first_key != step[other].first_key:
        before = step[one].first_key < step[other].first_key
    elif step[one].value != step[other].value:
        before = step[one].value < step[other].value
    elif step[one].ready != step[other].ready:
        before = step[one].ready < step[other].ready
    else:
        before = one < other
    return before


@_kernel
def _most_seen(step, queue, contact_of, kind_of, type_of, arrival, views_by_age, weights, now):
    """The first in a queue in the order by audience, which has changed since it was last asked for."""
    best, rows = np.int64(-1), views_by_age.shape[1]
    for place in range(len(queue)):
        one = np.int64(queue[place])
        if kind_of[one] == FIRST:
            contact = contact_of[one]
            row = (now - arrival[contact]) // MINUTE
            if row >= FINE_ROWS:
                row = FINE_ROWS + (row - FINE_ROWS) // COARSE_ROW
            views = views_by_age[type_of[contact], min(row, rows - 1)]
            by_reshares = weights[contact, 1] * views[1] // 1000
            step[one].value = -((weights[contact, 0] * views[0] + by_reshares) // 1000)
        if best < 0 or _before(step, one, best):
            best = one
    return best


def _stands(step, new, queue, queue_size, queue_from, place_of, number, stage):
    """A waiting step stands in a queue."""
    begin, place = queue_from[number], queue_size[number]
    queue_size[number] += 1
    while place > 0:
        above = (place - 1) >> 1
        other = np.int64(queue[begin + above])
        if not _before(step, new, other):
            break
        queue[begin + place] = other
        place_of[stage, other] = place
        place = above
    queue[begin + place] = new
    place_of[stage, new] = place


def _steps_out(step, old, queue, queue_size, queue_from, place_of, number, stage):
    """A step leaves a queue, wherever it stands in it."""
    begin, place = queue_from[number], np.int64(place_of[stage, old])
    size = queue_size[number] - 1
    queue_size[number] = size
    last = np.int64(queue[begin + size])
    if last != old:
        while place > 0:
            above = (place - 1) >> 1
            other = np.int64(queue[begin + above])
            if not _before(step, last, other):
                break
            queue[begin + place] = other
            place_of[stage, other] = place
            place = above
        below = 2 * place + 1
        while below < size:
            if below + 1 < size and _before(
                step, np.int64(queue[begin + below + 1]), np.int64(queue[begin + below])
            ):
                below += 1
            other = np.int64(queue[begin + below])
            if not _before(step, other, last):
                break
            queue[begin + place] = other
            place_of[stage, other] = place
            place = below
            below = 2 * place + 1
        queue[begin + place] = last
        place_of[stage, last] = place


# Where every contact passes a copy stands in the loop over events; elsewhere there is a call.
_stand_in, _stand_in_here = _kernel(_stands), _inlined(_stands)
_step_out, _step_out_here = _kernel(_steps_out), _inlined(_steps_out)


# --- Who takes what: the agents with room -------------------------------------------------------------------


@_kernel
def _at_random(agents, teams, stage_of_team, rank, group, of_type, best_rank, best_holds, stages, u):
    """Of the agents with room whose team has this rank and who hold so many, one at random."""
    equal = 0
    for once in range(2):
        wanted = np.int64(u * equal) if once else np.int64(-1)
        equal = 0
        for agent in range(len(agents)):
            team = agents[agent].team
            if (
                agents[agent].place >= 0
                and agents[agent].holds == best_holds
                and 0 <= stage_of_team[group, team] < stages
                and rank[of_type, team] == best_rank
                and not (teams[team].level >= 0 and teams[team].busy > teams[team].level)
            ):
                if equal == wanted:
                    return np.int64(agent)
                equal += 1
    return np.int64(-1)


@_inlined
def _earlier(agents, one, other, by_since):
    """Does an agent with room come before another of the same team with as many in hand?"""
    if by_since and agents[one].since != agents[other].since:
        earlier = agents[one].since < agents[other].since
    else:
        earlier = one < other
    return earlier


def _gets_room(agents, agent, team, room, room_size, room_from, by_since, most):
    """An agent who had no room has some: he stands among those of his team with as many in hand."""
    row = team * most + agents[agent].holds
    begin, place = room_from[row], room_size[row]
    room_size[row] += 1
    while place > 0:
        above = (place - 1) >> 1
        other = np.int64(room[begin + above])
        if not _earlier(agents, agent, other, by_since):
            break
        room[begin + place] = other
        agents[other].place = place
        place = above
    room[begin + place] = agent
    agents[agent].place = place


def _loses_room(agents, agent, team, room, room_size, room_from, by_since, most):
    """An agent who had room has none any more."""
    place = np.int64(agents[agent].place)
    agents[agent].place = -1
    row = team * most + agents[agent].holds
    begin = room_from[row]
    size = room_size[row] - 1
    room_size[row] = size
    last = np.int64(room[begin + size])
    if last != agent:
        while place > 0:
            above = (place - 1) >> 1
            other = np.int64(room[begin + above])
            if not _earlier(agents, last, other, by_since):
                break
            room[begin + place] = other
            agents[other].place = place
            place = above
        below = 2 * place + 1
        while below < size:
            if below + 1 < size and _earlier(
                agents, np.int64(room[begin + below + 1]), np.int64(room[begin + below]), by_since
            ):
                below += 1
            other = np.int64(room[begin + below])
            if not _earlier(agents, other, last, by_since):
                break
            room[begin + place] = other
            agents[other].place = place
            place = below
            below = 2 * place + 1
        room[begin + place] = last
        agents[last].place = place


_has_room, _has_room_here = _kernel(_gets_room), _inlined(_gets_room)
_has_no_room, _has_no_room_here = _kernel(_loses_room), _inlined(_loses_room)


# --- Handling: what is in hand ------------------------------------------------------------------------------


@_inlined
def _handling(work, speed):
    """Handling of so much work at a speed, in ms, to the nearest, at least 1 if there is work."""
    if work <= 0 or speed == PARTS:
        handling = max(np.int64(0), work)
    else:
        handling = max(np.int64(1), (work * PARTS + speed // 2) // speed)
    return handling


@_kernel
def _still_to_do(chat, step, now, pace):
    return max(np.int64(0), chat[step].to_do - (now - chat[step].since) * pace)


@_kernel
def _go_on(agents, agent, now, before, pace, chat, hand, events, end):
    """Another number in hand, another pace: what is done is counted off, and what is left goes on."""
    if pace != before:
        for i in range(agents[agent].holds):
            step = np.int64(hand[agent, i])
            chat[step].to_do = _still_to_do(chat, step, now, before)
            chat[step].since = now
            end = _plan_completion(step, now, pace, chat, events, end)
    return end


@_kernel
def _plan_completion(step, now, pace, chat, events, end):
    chat[step].due = now + (chat[step].to_do + pace - 1) // pace
    _plan(events, end, chat[step].due, COMPLETION, step)
    return end + 1


@_kernel
def _into_hand(agents, agent, team, step, now, planned, chat, hand, pace, events, end):
    """A chat comes into an agent's hands."""
    holds = agents[agent].holds
    chat[step].to_do = planned * PARTS
    chat[step].since = now
    end = _go_on(agents, agent, now, pace[team, holds], pace[team, holds + 1], chat, hand, events, end)
    hand[agent, holds] = step
    agents[agent].holds = holds + 1
    return _plan_completion(step, now, pace[team, holds + 1], chat, events, end)


@_kernel
def _out_of_hand(agents, agent, team, step, now, chat, hand, pace, events, end):
    """A chat leaves an agent's hands."""
    chat[step].due = -1
    holds = agents[agent].holds
    place = 0
    while hand[agent, place] != step:
        place += 1
    hand[agent, place] = hand[agent, holds - 1]
    agents[agent].holds = holds - 1
    return _go_on(agents, agent, now, pace[team, holds], pace[team, holds - 1], chat, hand, events, end)


@_kernel
def _count_left(agents, agent, team, now, plain, pace, hand, step, chat, dropped):
    """What is left of each step that an agent is about to hand back, in ms, rounded up."""
    for i in range(agents[agent].holds):
        one = np.int64(hand[agent, i])
        if plain:
            left = dropped[one].planned - (now - step[one].start)
        else:
            left = (_still_to_do(chat, one, now, pace[team, agents[agent].holds]) + PARTS - 1) // PARTS
        dropped[one].left = left
        dropped[one].of = max(np.int64(1), dropped[one].whole)


# --- The end, and the beginning -----------------------------------------------------------------------------


@_kernel
def _by_group(type_of, contact_of, kind_of, types):
    """How many steps there are in each group."""
    found = np.zeros(2 * types, dtype=np.int64)
    for step in range(len(contact_of)):
        found[_group(types, type_of[contact_of[step]], kind_of[step])] += 1
    return found


@_kernel
def _begin(step):
    """No step has come yet."""
    for one in range(len(step)):
        step[one].ready = step[one].gone = step[one].agent = -1


@_kernel
def _tables(step, contact_of, kind_of):
    """The columns of both tables: the last try and the last stint of each step; and which were completed."""
    came, worked = 0, 0
    for one in range(len(step)):
        came += step[one].ready >= 0
        worked += step[one].agent >= 0
    steps = np.empty((6, came), dtype=np.int64)
    stints = np.empty((4, worked), dtype=np.int64)
    completed = np.empty(worked, dtype=np.bool_)
    came, worked = 0, 0
    for one in range(len(step)):
        if step[one].ready >= 0:
            steps[0, came] = one
            steps[1, came] = contact_of[one]
            steps[2, came] = kind_of[one]
            steps[3, came] = step[one].ready
            steps[4, came] = step[one].outcome
            steps[5, came] = step[one].gone
            came += 1
        if step[one].agent >= 0:
            stints[0, worked] = one
            stints[1, worked] = step[one].agent
            stints[2, worked] = step[one].start
            stints[3, worked] = step[one].end
            completed[worked] = step[one].done
            worked += 1
    return steps, stints, completed


def _log(w: Any, stints: NDArray[np.int64], tries: NDArray[np.int64]) -> Log:
    """The two tables."""
    steps, last, completed = _tables(w.step, w.contact_of, w.kind_of)
    if len(tries):
        of = tries[:, 0]
        earlier = np.stack((of, w.contact_of[of], w.kind_of[of], *tries[:, 1:].T))
        steps = np.concatenate([steps, earlier], axis=1)
        steps = steps[:, np.lexsort((steps[3], steps[0]))]
    if len(stints):
        completed = np.concatenate([completed, np.zeros(len(stints), dtype=np.bool_)])
        last = np.concatenate([last, stints.T], axis=1)
        order = np.lexsort((last[2], last[0]))
        last, completed = last[:, order], completed[order]
    return Log(Steps(*steps), Stints(last[0], last[1], last[2], last[3], completed))
