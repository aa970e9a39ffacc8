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

from simcare.demand.tape import ESCALATED, FIRST, NEVER, Tape
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
    DEADLINE,
    EARLIER_STINTS,
    EARLIER_TRIES,
    FASTEST,
    HANDED_BACK,
    LONGEST_IDLE,
    MOST_SPECIALISED,
    NEWEST,
    PLANNED,
    PRIORITY,
    RANDOM,
    UNFINISHED,
    duty_events,
    world_of,
)
from simcare.errors import TooLarge
from simcare.staffing.roster import Roster
from simcare.staffing.rules import PARTS, Rules

_BUILT_IN = (
    (ESCALATED, FIRST, NEVER, PARTS, HANDED_BACK),
    (LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY, UNWRITTEN),
    (COMPLETION, DUTY_START, OVERFLOW, READY, PATIENCE),
    (NEWEST, PRIORITY, DEADLINE, LONGEST_IDLE, MOST_SPECIALISED, FASTEST, RANDOM),
    (PLANNED, UNFINISHED, EARLIER_STINTS, EARLIER_TRIES),
)
assert _BUILT_IN == (
    (2, 0, 2**62, 1_000_000, 2**61),
    (2, 0, 1, 3, 5, 4),
    (1, 3, 4, 5, 6),
    (1, 2, 3, 0, 1, 2, 3),
    (0, 1, 2, 3),
), "a number of another file is compiled into this one: change it here too, so that nobody runs an old kernel"

LARGEST_HANDLING = 2**31
"""From here on (25 days) handling times handling leaves 64 bits; the reference engine, which counts without
end, takes over.
"""

_kernel: Any = numba.njit(cache=True, nogil=True, error_model="numpy")
_inlined: Any = numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")


def simulate(tape: Tape, roster: Roster, rules: Rules) -> Log:
    """Play one replication of one plan and return what became of every step, as the reference engine does."""
    world = world_of(tape, roster, rules)
    duties = duty_events(roster, rules)
    contacts = np.flatnonzero(np.diff(tape.first_step))
    world.count[UNFINISHED] = len(contacts)
    stints = np.zeros((64, 5), dtype=np.int64)
    tries = np.zeros((64, 4), dtype=np.int64)
    stints, tries = _play(world, contacts, *duties, stints, tries, MOST_EARLIER_TRIES)
    if len(tries) > MOST_EARLIER_TRIES:
        raise TooLarge(ENDLESS_TRIES)
    return _log(world, stints, tries)


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
def _plan(events, count, time, kind, index, more):
    """Plan an event; `more` is what it needs to know."""
    place = count[PLANNED]
    count[PLANNED] += 1
    key = (kind << 32) + index
    while place > 0:
        above = (place - 1) >> 1
        if events[above, 0] < time or (events[above, 0] == time and events[above, 1] <= key):
            break
        events[place, 0] = events[above, 0]
        events[place, 1] = events[above, 1]
        events[place, 2] = events[above, 2]
        place = above
    events[place, 0] = time
    events[place, 1] = key
    events[place, 2] = more


@_inlined
def _forget_first(events, count):
    """Take the first event off the plan."""
    count[PLANNED] -= 1
    last = count[PLANNED]
    time, key, more = events[last, 0], events[last, 1], events[last, 2]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= last:
            break
        right = below + 1
        if right < last and (
            events[right, 0] < events[below, 0]
            or (events[right, 0] == events[below, 0] and events[right, 1] < events[below, 1])
        ):
            below = right
        if time < events[below, 0] or (time == events[below, 0] and key <= events[below, 1]):
            break
        events[place, 0] = events[below, 0]
        events[place, 1] = events[below, 1]
        events[place, 2] = events[below, 2]
        place = below
    events[place, 0] = time
    events[place, 1] = key
    events[place, 2] = more


@_kernel
def _larger(table):
    """A table of twice the size with the same rows at its beginning."""
    more = np.empty((2 * table.shape[0], table.shape[1]), dtype=table.dtype)
    more[: table.shape[0]] = table
    return more


@_kernel
def _play(w, contacts, duty_time, duty_kind, duty_index, duty_team, duty_value, stints, tries, most_tries):
    """Go through all events in the order (time, kind, index) until all is over."""
    arrival, type_of, patience = w.arrival, w.type_of, w.patience
    leave_u, silent_u, first_retry, tried = w.leave_u, w.silent_u, w.first_retry, w.tried
    first_step, contact_of, kind_of, mark, pause, work = (
        w.first_step, w.contact_of, w.kind_of, w.mark, w.pause, w.work,
    )  # fmt: skip
    speed, slot, rank, pace = w.speed, w.slot, w.rank, w.pace
    step, chat, dropped, waiting, place_of = w.step, w.chat, w.dropped, w.waiting, w.place
    queue, queue_size, queue_from = w.queue, w.queue_size, w.queue_from
    agents, teams, hand, room, room_size, room_from = (
        w.agent,
        w.team,
        w.hand,
        w.room,
        w.room_size,
        w.room_from,
    )
    count = w.count
    drain_end, by_since, most = w.drain_end, w.agent_rule == LONGEST_IDLE, w.hand.shape[1]
    chats, drops = len(chat) > 0, len(dropped) > 0

    events = np.empty((1024, 3), dtype=np.int64)
    at_most = hand.shape[0] * most + w.stages + 64  # so many events can come of one
    next_contact, next_duty = 0, 0
    now = np.int64(0)
    while count[UNFINISHED] > 0 and count[EARLIER_TRIES] <= most_tries:
        while count[PLANNED] + at_most > events.shape[0]:
            events = _larger(events)
        while count[EARLIER_STINTS] + most > stints.shape[0]:
            stints = _larger(stints)
        if count[EARLIER_TRIES] + 1 > tries.shape[0]:
            tries = _larger(tries)

        # The first of what is planned, of the arrivals and of the duties.
        time, key, source = drain_end, np.int64(0), 0
        if count[PLANNED] > 0 and events[0, 0] < time:
            time, key, source = events[0, 0], events[0, 1], 1
        if next_contact < len(contacts):
            at = arrival[contacts[next_contact]]
            if at < time or (at == time and source > 0):
                ready_key = (READY << 32) + first_step[contacts[next_contact]]
                if at < time or ready_key < key:
                    time, key, source = at, ready_key, 2
        if next_duty < len(duty_time):
            at = duty_time[next_duty]
            if at < time or (at == time and source > 0):
                duty_key = (duty_kind[next_duty] << 32) + duty_index[next_duty]
                if at < time or duty_key < key:
                    time, key, source = at, duty_key, 3
        now = time
        if source == 0:
            break

        # What may come of it, in this order.
        offered = np.int64(-1)  # a step that takes one agent with room,
        else_waits = 0  # and waits otherwise: a first reply (2), another step (1), or it waits already (0)
        gone, outcome = np.int64(-1), LEFT  # a step whose customer leaves or is turned away
        taking = np.int64(-1)  # an agent who takes what he may
        filling = np.int64(-1)  # a team whose busy agents take what they may
        rising = np.int64(-1)  # a team to which agents come, up to its level

        # --- A contact's steps ------------------------------------------------------------------------------

        if source == 2:
            offered, else_waits = first_step[contacts[next_contact]], 2
            step[offered].ready = now
            next_contact += 1
        elif source == 1:
            kind, index, more = key >> 32, key & 0xFFFFFFFF, events[0, 2]
            _forget_first(events, count)
            if kind == COMPLETION:
                agent = more & 0xFFFFFFFF
                if chats and chat[index].version != more >> 32:
                    continue  # planned at another pace
                team = agents[agent].team
                step[index].end = now
                step[index].done = True
                _has_no_room(agents, agent, team, room, room_size, room_from, by_since, most)
                if teams[team].plain:
                    agents[agent].holds = 0
                else:
                    _out_of_hand(agents, agent, index, now, chat, hand, pace[team], events, count)
                agents[agent].since = now

                # After a reply: escalated work at once, the customer's next message, or nothing.
                contact = contact_of[index]
                of_type = type_of[contact]
                follows, ready = np.int64(-1), now
                if step[index].outcome != SILENT:
                    step[index].outcome = REPLIED
                    after, end = index + 1, first_step[contact + 1]
                    if after < end and kind_of[after] == ESCALATED:
                        if mark[after] < w.escalates[of_type]:
                            follows = after
                        after += 1
                    if follows < 0 and after < end and mark[after] < w.again[of_type]:
                        follows, ready = after, now + pause[after]
                if follows >= 0:
                    step[follows].ready = ready
                    if ready < drain_end:
                        _plan(events, count, ready, READY, follows, 0)
                    else:
                        step[follows].outcome = UNWRITTEN
                        follows = -1
                if follows < 0:
                    count[UNFINISHED] -= 1

                if teams[team].level < 0:
                    if agents[agent].until > now:
                        taking = agent
                else:
                    # Duty is half-open: at the instant of a fall nothing new starts above the lower level.
                    level, row = teams[team].level, teams[team].next_level
                    if row < len(w.level_from) and w.level_from[row] == now and w.level_team[row] == team:
                        level = min(level, w.level[row])
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
                stage = step[index].open
                step[index].open += 1
                if waiting[index]:
                    group = _group(w.types, type_of[contact_of[index]], kind_of[index])
                    _stand_in(
                        step, index, queue, queue_size, queue_from, place_of, group * w.stages + stage, stage
                    )
                    offered = index
            elif kind == PATIENCE:
                if not step[index].started:
                    contact = contact_of[index]
                    if silent_u[contact] < w.silent[type_of[contact]]:
                        step[index].outcome = SILENT
                        step[index].gone = now
                    else:
                        gone = index
            elif drops and dropped[index].of > 0:
                if waiting[index]:
                    offered = index
            elif kind_of[index] == FIRST:
                row = count[EARLIER_TRIES]
                count[EARLIER_TRIES] += 1
                tries[row, 0] = index
                tries[row, 1] = step[index].ready
                tries[row, 2] = step[index].outcome
                tries[row, 3] = step[index].gone
                step[index].ready, step[index].outcome, step[index].gone = now, OPEN, -1
                offered, else_waits = index, 2
            else:
                offered, else_waits = index, 1

        # --- Duty -------------------------------------------------------------------------------------------

        else:
            team, value, agent, kind = (
                duty_team[next_duty], duty_value[next_duty], duty_index[next_duty], duty_kind[next_duty],
            )  # fmt: skip
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
                agents[agent].until = value
                agents[agent].since = now
                taking = agent
            else:  # what is in hand is finished, or handed back if the plan says so
                agents[agent].until = 0
                team = agents[agent].team
                _has_no_room(agents, agent, team, room, room_size, room_from, by_since, most)
                if drops:
                    _count_left(agents, agent, now, teams[team].plain, pace[team], hand, step, chat, dropped)
                    while agents[agent].holds > 0:
                        back = np.int64(hand[agent, 0])
                        for i in range(1, agents[agent].holds):
                            back = min(back, np.int64(hand[agent, i]))
                        if teams[team].plain:
                            agents[agent].holds = 0
                        else:
                            _out_of_hand(agents, agent, back, now, chat, hand, pace[team], events, count)
                        row = count[EARLIER_STINTS]
                        count[EARLIER_STINTS] += 1
                        stints[row, 0] = back
                        stints[row, 1] = agent
                        stints[row, 2] = step[back].start
                        stints[row, 3] = now
                        stints[row, 4] = False
                        step[back].agent = -1
                        _wait(w, back)  # before all others; agents who start at this instant choose first
                        _plan(events, count, now, READY, back, 0)

        # Teams that only help may take a step so long after it first became ready.
        if offered >= 0 and step[offered].open == 0:
            step[offered].open = 1
            if w.stages > 1:
                group = _group(w.types, type_of[contact_of[offered]], kind_of[offered])
                for stage in range(1, w.stages_of[group]):
                    _plan(events, count, now + w.stage_wait[group, stage], OVERFLOW, offered, 0)

        # --- Who takes what: two sorts ----------------------------------------------------------------------

        filled, coming, work_left = np.int64(-1), np.int64(-1), True
        while True:
            if offered >= 0:
                # A step takes an agent: its order of teams, fewest in hand, the plan's rule, number.
                chosen = offered
                offered = -1
                of_type = type_of[contact_of[chosen]]
                group = _group(w.types, of_type, kind_of[chosen])
                agent = np.int64(-1)
                best_rank, best_holds, best_value = np.int64(0), np.int64(0), np.int64(0)
                for row in range(w.teams_from[group], w.teams_from[group + 1]):
                    team = w.able_team[row]
                    if w.able_stage[row] >= step[chosen].open:
                        continue
                    if teams[team].level >= 0 and teams[team].busy > teams[team].level:
                        continue  # where more are busy than the level, nobody takes anything
                    for holds in range(teams[team].at_once):
                        if room_size[team * most + holds] > 0:
                            one = np.int64(room[room_from[team * most + holds]])
                            value = np.int64(0)
                            if by_since:
                                value = agents[one].since
                            elif w.agent_rule == MOST_SPECIALISED:
                                value = teams[team].skills
                            elif w.agent_rule == FASTEST:
                                value = _handling(
                                    work[slot[kind_of[chosen], of_type, team], chosen],
                                    speed[kind_of[chosen], of_type, team],
                                )
                            first = agent < 0 or rank[of_type, team] < best_rank
                            if not first and rank[of_type, team] == best_rank:
                                first = holds < best_holds or (
                                    holds == best_holds
                                    and (value < best_value or (value == best_value and one < agent))
                                )
                            if first:
                                agent, best_rank, best_holds, best_value = (
                                    one,
                                    rank[of_type, team],
                                    holds,
                                    value,
                                )
                            break
                if agent < 0:
                    if else_waits == 2:  # the queue is full, or the customer leaves at once, or it waits
                        waits = count[4 + w.queue_of_type[of_type]]
                        row = 0
                        while row + 1 < w.leaves_from.shape[1] and w.leaves_from[of_type, row + 1] <= waits:
                            row += 1
                        contact = contact_of[chosen]
                        if waits >= w.queue_limit[w.queue_of_type[of_type]]:
                            gone, outcome = chosen, TURNED_AWAY
                        elif leave_u[contact] < w.leaves_at_once[of_type, row]:
                            gone = chosen
                        else:
                            _wait(w, chosen)
                            if patience[contact] < NEVER:
                                _plan(events, count, now + patience[contact], PATIENCE, chosen, 0)
                    elif else_waits == 1:
                        _wait(w, chosen)
                    continue
                if w.agent_rule == RANDOM:
                    agent = _at_random(w, chosen, group, of_type, best_rank, best_holds)
                team = agents[agent].team
            elif taking >= 0:
                # An agent who may take more takes one step after the other.
                agent, team = taking, agents[taking].team
                chosen = np.int64(-1)
                if agents[agent].holds < teams[team].at_once:
                    best_tier = np.int64(0)
                    for row in range(w.queues_of_team[team], w.queues_of_team[team + 1]):
                        one_queue = w.queue_of_team[row]
                        if queue_size[one_queue] == 0:
                            continue
                        one, tier = np.int64(queue[queue_from[one_queue]]), w.tier_of_team[row]
                        first = chosen < 0 or step[one].first_key < step[chosen].first_key
                        if not first and step[one].first_key == step[chosen].first_key:
                            first = tier < best_tier or (tier == best_tier and _before(step, one, chosen))
                        if first:
                            chosen, best_tier = one, tier
                    if chosen < 0:
                        _has_room(agents, agent, team, room, room_size, room_from, by_since, most)
                        work_left = False
                if chosen < 0:
                    taking = -1
                    continue
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
                filling = -1
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
                    _has_room(agents, coming, rising, room, room_size, room_from, by_since, most)
                coming += 1
                continue
            else:
                break

            # --- Handling -----------------------------------------------------------------------------------

            of_type = type_of[contact_of[chosen]]
            kind = kind_of[chosen]
            whole = _handling(work[slot[kind, of_type, team], chosen], speed[kind, of_type, team])
            planned = whole
            if drops and dropped[chosen].of > 0:
                left, of = dropped[chosen].left, dropped[chosen].of
                planned = max(np.int64(1), (whole * left + of // 2) // of)
            step[chosen].started = True
            step[chosen].agent = agent
            step[chosen].start = now
            if waiting[chosen]:
                _wait_no_longer(w, chosen)
            _has_no_room(agents, agent, team, room, room_size, room_from, by_since, most)
            until = np.int64(NEVER)
            if teams[team].level >= 0:
                if agents[agent].holds == 0:
                    teams[team].busy += 1
            elif drops:
                until = agents[agent].until
                dropped[chosen].whole = whole
                dropped[chosen].planned = planned
            if teams[team].plain:
                hand[agent, 0] = chosen
                agents[agent].holds = 1
                if now + planned <= until:
                    version = chat[chosen].version if chats else np.int64(0)
                    _plan(events, count, now + planned, COMPLETION, chosen, agent | (version << 32))
            else:
                _into_hand(agents, agent, chosen, now, planned, chat, hand, pace[team], events, count)
                if agents[agent].holds < teams[team].at_once:
                    _has_room(agents, agent, team, room, room_size, room_from, by_since, most)

        # Who left or was turned away is gone for good, or comes back.
        if gone >= 0:
            step[gone].outcome, step[gone].gone = outcome, now
            if waiting[gone]:
                _wait_no_longer(w, gone)
            contact = contact_of[gone]
            chance = w.tries_again[type_of[contact]]
            first_try, end = first_retry[contact], first_retry[contact + 1]
            back = False
            if chance > 0 and first_try < end:
                retry = first_try + tried[contact]
                if chance == 1:
                    retry = first_try + tried[contact] % (end - first_try)
                if retry < end and w.retry_mark[retry] < chance:
                    back = now + w.retry_after[retry] < drain_end
                if back:
                    leave_u[contact], silent_u[contact] = w.retry_leave_u[retry], w.retry_silent_u[retry]
                    tried[contact] += 1
                    _plan(events, count, now + w.retry_after[retry], READY, gone, 0)
            if not back:
                count[UNFINISHED] -= 1

    for agent in range(len(agents)):  # all is over: what is in hand is cut here
        for i in range(agents[agent].holds):
            step[hand[agent, i]].end = now
    return stints[: count[EARLIER_STINTS]], tries[: count[EARLIER_TRIES]]


# --- Who takes what: the queues -----------------------------------------------------------------------------


@_inlined
def _group(types, of_type, kind):
    """The group of steps that the same teams may take: by type, escalated work apart."""
    return of_type + types if kind == ESCALATED else of_type


@_kernel
def _before(step, one, other):
    """Does a waiting step come before another in their queue?"""
    if step[one].first_key != step[other].first_key:
        return step[one].first_key < step[other].first_key
    if step[one].value != step[other].value:
        return step[one].value < step[other].value
    if step[one].ready != step[other].ready:
        return step[one].ready < step[other].ready
    return one < other


@_kernel
def _stand_in(step, new, queue, queue_size, queue_from, place_of, number, stage):
    """A waiting step stands in a queue."""
    begin, place = queue_from[number], queue_size[number]
    queue_size[number] += 1
    while place > 0:
        above = (place - 1) >> 1
        other = queue[begin + above]
        if not _before(step, new, other):
            break
        queue[begin + place] = other
        place_of[stage, other] = place
        place = above
    queue[begin + place] = new
    place_of[stage, new] = place


@_kernel
def _step_out(step, old, queue, queue_size, queue_from, place_of, number, stage):
    """A step leaves a queue, wherever it stands in it."""
    begin, place = queue_from[number], place_of[stage, old]
    queue_size[number] -= 1
    size = queue_size[number]
    last = queue[begin + size]
    if last == old:
        return
    while place > 0:
        above = (place - 1) >> 1
        other = queue[begin + above]
        if not _before(step, last, other):
            break
        queue[begin + place] = other
        place_of[stage, other] = place
        place = above
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and _before(step, queue[begin + below + 1], queue[begin + below]):
            below += 1
        other = queue[begin + below]
        if not _before(step, other, last):
            break
        queue[begin + place] = other
        place_of[stage, other] = place
        place = below
    queue[begin + place] = last
    place_of[stage, last] = place


@_inlined
def _wait(w, new):
    contact, kind = w.contact_of[new], w.kind_of[new]
    of_type = w.type_of[contact]
    ready = w.step[new].ready
    key, value = np.int64(0), ready
    if len(w.dropped) > 0 and w.dropped[new].of > 0:
        key = ready - HANDED_BACK
    key = 2 * key + (w.followers[contact] <= w.ahead_over[kind, of_type])
    if w.order == NEWEST:
        value = -ready
    elif w.order == PRIORITY:
        value = w.type_rank[of_type]
    elif w.order == DEADLINE:
        value = ready + w.promise[of_type]
    w.step[new].first_key = key
    w.step[new].value = value
    w.waiting[new] = True
    group = _group(w.types, of_type, kind)
    for stage in range(w.step[new].open):
        number = group * w.stages + stage
        _stand_in(w.step, new, w.queue, w.queue_size, w.queue_from, w.place, number, stage)
    if kind == FIRST:
        w.count[4 + w.queue_of_type[of_type]] += 1


@_inlined
def _wait_no_longer(w, old):
    w.waiting[old] = False
    kind, of_type = w.kind_of[old], w.type_of[w.contact_of[old]]
    group = _group(w.types, of_type, kind)
    for stage in range(w.step[old].open):
        number = group * w.stages + stage
        _step_out(w.step, old, w.queue, w.queue_size, w.queue_from, w.place, number, stage)
    if kind == FIRST:
        w.count[4 + w.queue_of_type[of_type]] -= 1


# --- Who takes what: the agents with room -------------------------------------------------------------------


@_kernel
def _at_random(w, chosen, group, of_type, rank, holds):
    """Of the agents with room whose team has this rank and who hold so many, one at random."""
    equal = 0
    for once in range(2):
        wanted = np.int64(w.random_u[w.contact_of[chosen]] * equal) if once else np.int64(-1)
        equal = 0
        for agent in range(len(w.agent)):
            team = w.agent[agent].team
            if (
                w.agent[agent].place >= 0
                and w.agent[agent].holds == holds
                and 0 <= w.stage_of_team[group, team] < w.step[chosen].open
                and w.rank[of_type, team] == rank
                and not (w.team[team].level >= 0 and w.team[team].busy > w.team[team].level)
            ):
                if equal == wanted:
                    return np.int64(agent)
                equal += 1
    return np.int64(-1)


@_kernel
def _earlier(agents, one, other, by_since):
    """Does an agent with room come before another of the same team with as many in hand?"""
    if by_since and agents[one].since != agents[other].since:
        return agents[one].since < agents[other].since
    return one < other


@_kernel
def _has_room(agents, agent, team, room, room_size, room_from, by_since, most):
    """An agent has room: he stands in the heap of his team and of those with as many in hand."""
    if agents[agent].place >= 0:
        return
    row = team * most + agents[agent].holds
    begin, place = room_from[row], room_size[row]
    room_size[row] += 1
    while place > 0:
        above = (place - 1) >> 1
        other = room[begin + above]
        if not _earlier(agents, agent, other, by_since):
            break
        room[begin + place] = other
        agents[other].place = place
        place = above
    room[begin + place] = agent
    agents[agent].place = place


@_kernel
def _has_no_room(agents, agent, team, room, room_size, room_from, by_since, most):
    """An agent has no room any more, if he had."""
    place = np.int64(agents[agent].place)
    if place < 0:
        return
    agents[agent].place = -1
    row = team * most + agents[agent].holds
    begin = room_from[row]
    room_size[row] -= 1
    size = room_size[row]
    last = room[begin + size]
    if last == agent:
        return
    while place > 0:
        above = (place - 1) >> 1
        other = room[begin + above]
        if not _earlier(agents, last, other, by_since):
            break
        room[begin + place] = other
        agents[other].place = place
        place = above
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and _earlier(agents, room[begin + below + 1], room[begin + below], by_since):
            below += 1
        other = room[begin + below]
        if not _earlier(agents, other, last, by_since):
            break
        room[begin + place] = other
        agents[other].place = place
        place = below
    room[begin + place] = last
    agents[last].place = place


# --- Handling: what is in hand ------------------------------------------------------------------------------


@_inlined
def _handling(work, speed):
    """Handling of so much work at a speed, in ms, to the nearest, at least 1 if there is work."""
    if work <= 0 or speed == PARTS:
        return max(np.int64(0), work)
    return max(np.int64(1), (work * PARTS + speed // 2) // speed)


@_kernel
def _still_to_do(chat, step, now, pace):
    return max(np.int64(0), chat[step].to_do - (now - chat[step].since) * pace)


@_kernel
def _go_on(agents, agent, now, before, pace, chat, hand, events, count):
    """Another number in hand, another pace: what is done is counted off, and what is left goes on."""
    if pace == before:
        return
    for i in range(agents[agent].holds):
        step = np.int64(hand[agent, i])
        chat[step].to_do = _still_to_do(chat, step, now, before)
        chat[step].since = now
        _plan_completion(agent, step, now, pace, chat, events, count)


@_kernel
def _plan_completion(agent, step, now, pace, chat, events, count):
    chat[step].version += 1
    lasts = (chat[step].to_do + pace - 1) // pace
    _plan(events, count, now + lasts, COMPLETION, step, agent | (chat[step].version << 32))


@_kernel
def _into_hand(agents, agent, step, now, planned, chat, hand, pace, events, count):
    """A chat comes into an agent's hands."""
    holds = agents[agent].holds
    chat[step].to_do = planned * PARTS
    chat[step].since = now
    _go_on(agents, agent, now, pace[holds], pace[holds + 1], chat, hand, events, count)
    hand[agent, holds] = step
    agents[agent].holds = holds + 1
    _plan_completion(agent, step, now, pace[holds + 1], chat, events, count)


@_kernel
def _out_of_hand(agents, agent, step, now, chat, hand, pace, events, count):
    """A chat leaves an agent's hands."""
    chat[step].version += 1
    holds = agents[agent].holds
    place = 0
    while hand[agent, place] != step:
        place += 1
    hand[agent, place] = hand[agent, holds - 1]
    agents[agent].holds = holds - 1
    _go_on(agents, agent, now, pace[holds], pace[holds - 1], chat, hand, events, count)


@_kernel
def _count_left(agents, agent, now, plain, pace, hand, step, chat, dropped):
    """What is left of each step that an agent is about to hand back, in ms, rounded up."""
    for i in range(agents[agent].holds):
        one = np.int64(hand[agent, i])
        if plain:
            left = dropped[one].planned - (now - step[one].start)
        else:
            left = (_still_to_do(chat, one, now, pace[agents[agent].holds]) + PARTS - 1) // PARTS
        dropped[one].left = left
        dropped[one].of = max(np.int64(1), dropped[one].whole)


# --- The end ------------------------------------------------------------------------------------------------


def _log(w: Any, stints: NDArray[np.int64], tries: NDArray[np.int64]) -> Log:
    """The two tables."""
    step = w.step
    came = np.flatnonzero(step["ready"] >= 0)
    rows = [
        came,
        w.contact_of[came],
        w.kind_of[came],
        *(step[column][came].astype(np.int64) for column in ("ready", "outcome", "gone")),
    ]
    if len(tries):
        of = tries[:, 0]
        earlier = (of, w.contact_of[of], w.kind_of[of], *tries[:, 1:].T)
        rows = [np.concatenate(pair) for pair in zip(rows, earlier, strict=True)]
        order = np.lexsort((rows[3], rows[0]))
        rows = [row[order] for row in rows]
    worked = np.flatnonzero(step["agent"] >= 0)
    table = [worked, *(step[column][worked].astype(np.int64) for column in ("agent", "start", "end", "done"))]
    if len(stints):
        table = [np.concatenate(pair) for pair in zip(table, stints.T, strict=True)]
        order = np.lexsort((table[2], table[0]))
        table = [column[order] for column in table]
    return Log(Steps(*rows), Stints(table[0], table[1], table[2], table[3], table[4].astype(np.bool_)))
