"""The rules of a run as one Numba kernel, in the sections of the reference engine.

It is told arrays (`simcare.engine.world`) and writes the columns of the Log. One function goes through all
events: to call others with all these arrays costs more than most of them do. So what every contact passes is
copied into it by LLVM, and only the rest is called. Queues are binary heaps from which anybody can be taken
out; agents with room stand in line, for who comes later is mostly taken later.

All kernels of the engine are in this file: the cache on disk notices a change of this file and of no other.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numba
import numpy as np

from simcare.demand.tape import ANSWER, CLOSING, ESCALATED, FIRST, FOLLOW_UP, NEVER
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY, UNWRITTEN
from simcare.engine.moments import COMPLETION, DUTY_START, OVERFLOW, PATIENCE, READY
from simcare.engine.world import (
    AUDIENCE,
    DEADLINE,
    FASTEST,
    FOLLOWERS,
    LONGEST_IDLE,
    MOST_SPECIALISED,
    NEWEST,
    NO_TIME,
    PRIORITY,
    RANDOM,
)
from simcare.staffing.audience_order import COARSE_ROW, FINE_ROWS, MINUTE
from simcare.staffing.rules import NO_LIMIT, PARTS
from simcare.virality.audience import ANSWERED, IMPATIENT, PRIVATE, RESOLVED, TEMPLATE, WAITING

_BUILT_IN = (
    (ANSWER, CLOSING, ESCALATED, FIRST, FOLLOW_UP, NEVER, NO_LIMIT, PARTS),
    (LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY, UNWRITTEN),
    (COMPLETION, DUTY_START, OVERFLOW, READY, PATIENCE),
    (NEWEST, PRIORITY, DEADLINE, FOLLOWERS, AUDIENCE, FINE_ROWS, COARSE_ROW, MINUTE),
    (LONGEST_IDLE, MOST_SPECIALISED, FASTEST, RANDOM, NO_TIME),
    (WAITING, IMPATIENT, ANSWERED, TEMPLATE, RESOLVED, PRIVATE),
)
assert _BUILT_IN == (
    (3, 4, 2, 0, 1, 2**62, 2**62, 1_000_000),
    (2, 0, 1, 3, 5, 4),
    (1, 3, 4, 5, 6),
    (1, 2, 3, 4, 5, 240, 15, 60_000),
    (0, 1, 2, 3, 2**63 - 1),
    (0, 1, 2, 3, 4, 5),
), "a number of another file is compiled into this one: change it here too, so that nobody runs an old kernel"

HANDED_BACK = 2**61
"""Taken off the first key of a step handed back, which sorts it before all others."""

PLANNED, PATIENT, UNFINISHED, NEXT_CONTACT, NEXT_DUTY, NOW, BEGUN = range(7)
DROPPING, FILLING, RISING = range(7, 10)
EARLIER_STINTS, EARLIER_TRIES, STEPS, STINTS = range(10, 14)
"""Places in the record of how far the kernel has come. `DROPPING` is an agent who hands back all that he
holds, `FILLING` a team whose busy agents take what they may, `RISING` one to which agents come, up to its
level: they are rare, and as names in the loop they would cost every event. The last two are the rows of the
Log, without those of earlier stints and tries.
"""

_READY, _OUTCOME, _GONE, _STEP_OF_STINT, _AGENT, _START, _END, _STEP, _CONTACT, _KIND = range(10)
"""Columns of the Log. Meanwhile there is one row a step of the Tape. The last three are often not written,
and cost no memory then.
"""

u = np.uint64
"""A place in an array that is not negative: who says so spares the question whether to count from the end."""

# Nothing here makes or keeps an array, so none needs a count of who uses it; and only `play` is called from
# Python, so only it needs a way from there, and a place on the disk.
_compiled = partial(numba.njit, nogil=True, error_model="numpy", _nrt=False, no_cfunc_wrapper=True)
_kernel: Any = _compiled(cache=True)
_called: Any = _compiled(no_cpython_wrapper=True)
_copied: Any = _compiled(no_cpython_wrapper=True, forceinline=True)  # for where every contact passes


# --- Time and order -----------------------------------------------------------------------------------------


@_copied
def _plan(events, end, time, kind, index):
    """Plan an event: it stands at `end`, behind those in order, until this moment is over."""
    event = events[u(end)]
    event.time = time
    event.key = (kind << 32) + index


@_copied
def _sooner(time, key, other_time, other):
    """Does an event of this time and key come before another of that time?"""
    sooner = time < other_time
    if time == other_time:
        sooner = key < other.key
    return sooner


@_copied
def _first_of_four(events, one):
    """The first of four events that stand together, and its time; some may be places of no time.

    To guess which it is, as a branch does, costs more, and so does to look its time up once it is known.
    """
    a, b, c, d = events[u(one)], events[u(one + 1)], events[u(one + 2)], events[u(one + 3)]
    left, left_time = one + _sooner(b.time, b.key, a.time, a), min(a.time, b.time)
    right, right_time = one + 2 + _sooner(d.time, d.key, c.time, c), min(c.time, d.time)
    other = _sooner(right_time, events[u(right)].key, left_time, events[u(left)])
    return left + ((right - left) & -np.int64(other)), min(left_time, right_time)


@_copied
def _rise(events, place, time, key):
    """An event comes into its place in the heap, from the last or from the free one."""
    while place > 0:
        above = events[u((place - 1) >> 2)]
        if not _sooner(time, key, above.time, above):
            break
        events[u(place)].time, events[u(place)].key = above.time, above.key
        place = (place - 1) >> 2
    events[u(place)].time, events[u(place)].key = time, key


@_copied
def _sink(events, size, time, key):
    """An event comes into its place in a heap of so many whose first is over, in the place of that."""
    place, below = np.int64(0), np.int64(1)
    while below < size:
        child, soonest = _first_of_four(events, below)
        if _sooner(time, key, soonest, events[u(child)]):
            break
        events[u(place)].time, events[u(place)].key = soonest, events[u(child)].key
        place = child
        below = 4 * place + 1
    if size > 0:
        events[u(place)].time, events[u(place)].key = time, key


@_copied
def _next_in_line(contact, first_step):
    """The next contact that needs an answer, or the number of all."""
    while contact + 1 < len(first_step) and first_step[u(contact)] == first_step[u(contact + 1)]:
        contact += 1
    return contact


@_copied
def _next_arrival(contact, arrival, type_of, first_step):
    """When a contact arrives, its type and its first step; never if it is the number of all."""
    arrives, of_type, step = np.int64(NEVER), np.int64(0), np.int64(0)
    if contact < len(arrival):
        arrives, of_type, step = arrival[u(contact)], type_of[u(contact)], first_step[u(contact)]
    return arrives, of_type, step


# --- Pile-on ------------------------------------------------------------------------------------------------


@_called
def _comes(contact, pile_on, arrival, type_of, outcome, first_step):
    """Does the contact come to be? All do that are no reshare."""
    readers, reshare_of, reshares, moves_u, seen = pile_on
    row = reshare_of[u(contact)]
    if row < 0:
        return True
    complaint = reshares[u(row)].complaint
    what = seen[u(complaint)]
    if what.absent:
        return False
    reader = readers[u(type_of[u(complaint)])]
    moved = (
        reader.moves > 0
        and moves_u[u(complaint)] < reader.moves
        and outcome[u(first_step[u(complaint)])] != SILENT
    )
    while row >= 0:
        at = reshares[u(row)].at
        if what.over <= at and (not moved or reader.closes):
            readers_see = RESOLVED
        elif what.full <= at:
            readers_see = PRIVATE if moved else TEMPLATE if reader.by_template else ANSWERED
        elif what.answered <= at:
            readers_see = TEMPLATE
        elif at - arrival[u(complaint)] >= reader.impatient:
            readers_see = IMPATIENT
        else:
            readers_see = WAITING
        if reshares[u(row)].mark >= reader.left[readers_see]:
            return False
        row = reshares[u(row)].repeats
    return True


@_called
def _begun(complaint, kind, now, acknowledges, until_answer):
    """A step of a complaint is begun for the first time."""
    if kind == FIRST and until_answer:
        complaint.answered = now
        if not acknowledges:
            complaint.full = now


@_called
def _sent(complaint, kind, now, acknowledges, until_answer):
    """The reply of a step of a complaint is sent."""
    if kind == ANSWER:
        complaint.full = now
    elif kind == FIRST and not until_answer:
        complaint.answered = now
        if not acknowledges:
            complaint.full = now


@_kernel
def play(customers, desk, live, pile_on, duties, levels, events, patiences, stints, tries, far):
    """Go through all events in the order (time, kind, index) until all is over, or a table may become too
    short: then False, and what `far` holds, how far it has come, is where it goes on.

    Without pile-on, which is None then, all that concerns it is left out when this is compiled: it would cost
    every contact a sixth.
    """
    (
        arrival, type_of, followers, patience, leave_u, silent_u, random_u, first_retry,
        retry_mark, retry_after, retry_leave_u, retry_silent_u, first_step, contact_of, kind_of,
        mark, pause, work, weights,
    ) = customers  # fmt: skip
    (
        types, cells, ahead_over, queue_limit, leaves_from, leaves_at_once, views_by_age, pace,
        order, agent_rule, drain_end, stages, stages_of, stage_wait, able_from, able, source_from, sources,
        new_teams, most, chats, drops,
    ) = desk  # fmt: skip
    (
        columns, done, team_of_agent, state, chat, dropped, agents, teams, hand, rooms, room, lines, queue,
        place_of, first_replies, tried,
    ) = live  # fmt: skip
    ready, outcome, gone = columns[_READY], columns[_OUTCOME], columns[_GONE]
    agent_of, start, end_of = columns[_AGENT], columns[_START], columns[_END]
    by_since = agent_rule == LONGEST_IDLE
    if far[BEGUN] == 0:
        far[BEGUN] = 1
        _nobody_came_yet(ready, first_replies, tried)
        _nobody_yet(agents, teams, team_of_agent, new_teams, levels, rooms, most)
        _no_lines_yet(lines, stages, type_of, contact_of, kind_of, len(types))
        for place in range(len(events)):
            events[u(place)].time = patiences[u(place)].time = NO_TIME

    # What is planned: a heap of so many events, behind which all places are of no time at all; and from
    # `news` up to `end` those that come of the moment in hand. Ends of patience have a heap of their own, for
    # most come to nothing and would stand in the way of the others.
    planned, patient, unfinished, now = far[PLANNED], far[PATIENT], far[UNFINISHED], far[NOW]
    next_contact, next_duty = far[NEXT_CONTACT], far[NEXT_DUTY]
    earlier_stints, earlier_tries = far[EARLIER_STINTS], far[EARLIER_TRIES]
    news = len(events) - (len(team_of_agent) * most + stages + 64)  # so many events can come of one
    next_contact = _next_in_line(next_contact, first_step)
    arrives, next_type, next_step = _next_arrival(next_contact, arrival, type_of, first_step)
    contact, kind, type_number = next_contact, np.int64(FIRST), next_type  # of the step in question
    while unfinished > 0 or next_contact < len(arrival):
        if (
            planned + 5 > news
            or patient + 5 > len(patiences)
            or earlier_stints + most > len(stints)
            or earlier_tries + 1 > len(tries)
        ):
            far[PLANNED], far[PATIENT], far[UNFINISHED], far[NOW] = planned, patient, unfinished, now
            far[NEXT_CONTACT], far[NEXT_DUTY] = next_contact, next_duty
            far[EARLIER_STINTS], far[EARLIER_TRIES] = earlier_stints, earlier_tries
            return False

        # The first of what is planned, of the arrivals and of the duties.
        now, key, source = drain_end, np.int64(0), 0
        if events[u(0)].time < now:
            now, key, source = events[u(0)].time, events[u(0)].key, 1
        if arrives <= now:
            ready_key = (READY << 32) + next_step
            if arrives < now or ready_key < key:
                now, key, source = arrives, ready_key, 2
        if next_duty < len(duties):
            duty = duties[u(next_duty)]
            if duty.time < now or (duty.time == now and duty.key < key):
                now, key, source = duty.time, duty.key, 3
        while patiences[u(0)].time < now:  # at one instant they come last
            until, waiting = patiences[u(0)].time, patiences[u(0)].key
            patient -= 1
            last_time, last = patiences[u(patient)].time, patiences[u(patient)].key
            patiences[u(patient)].time = NO_TIME
            _sink(patiences, patient, last_time, last)
            if start[u(waiting)] < 0:  # or else it comes to nothing, as most do
                now, key, source = until, (PATIENCE << 32) + waiting, 4
        if source == 0:
            break
        what, index, end = key >> 32, key & 0xFFFFFFFF, news

        # What may come of it, in this order.
        offered = np.int64(-1)  # a step that takes one agent with room,
        else_waits = 0  # and waits otherwise: a first reply (2), another step (1), or it waits already (0)
        leaver, fate = np.int64(-1), LEFT  # a step whose customer leaves or is turned away
        taking = np.int64(-1)  # an agent who takes what he may
        rarely = False  # what far[DROPPING], far[FILLING] and far[RISING] say is to be done

        # --- A contact's steps ------------------------------------------------------------------------------

        if source == 2:
            contact, kind, type_number = next_contact, np.int64(FIRST), next_type
            _comes_up(
                index, now, ready, outcome, gone, agent_of, start, state, chats, chat, drops, dropped, far
            )
            if pile_on is not None and not _comes(
                next_contact, pile_on, arrival, type_of, outcome, first_step
            ):
                pile_on.seen[u(next_contact)].absent = True
                ready[u(index)] = -1
                far[u(STEPS)] -= 1
            else:
                offered, else_waits = index, 2
                unfinished += 1
            next_contact = _next_in_line(next_contact + 1, first_step)
            arrives, next_type, next_step = _next_arrival(next_contact, arrival, type_of, first_step)
        elif source == 1 and what == COMPLETION:
            if not chats or chat[u(index)].due == now:  # or else it was planned at another pace
                agent = agent_of[u(index)]
                who = agents[u(agent)]
                team = who.team
                desk_team = teams[u(team)]
                end_of[u(index)] = now
                if who.has_room:
                    _has_no_room(agents, agent, team, room, rooms, by_since, most)
                if desk_team.plain:
                    who.holds = 0
                else:
                    end = _out_of_hand(who, team, index, now, chat, hand[u(agent)], pace, events, end)
                if chats:
                    chat[u(index)].due = -1
                who.since = now

                if pile_on is not None:
                    contact = contact_of[u(index)]
                    type_number = type_of[u(contact)]
                    until_answer = pile_on.readers[u(type_number)].until_answer
                    acknowledges = types[u(type_number)].acknowledges
                    _sent(pile_on.seen[u(contact)], kind_of[u(index)], now, acknowledges, until_answer)

                # After a reply: the full answer at once, escalated work at once, the customer's next
                # message, a closing reply at once, or nothing.
                follows, comes = np.int64(-1), now
                if outcome[u(index)] != SILENT:
                    outcome[u(index)] = REPLIED
                    contact, after = contact_of[u(index)], index + 1
                    last = first_step[u(contact + 1)]
                    if after < last:
                        of_type = types[u(type_of[u(contact)])]
                        if kind_of[u(after)] == ANSWER:
                            if of_type.acknowledges:
                                follows = after
                            after += 1
                        if follows < 0 and after < last and kind_of[u(after)] == ESCALATED:
                            if mark[u(after)] < of_type.escalates:
                                follows = after
                            after += 1
                        if follows < 0 and after < last:
                            if kind_of[u(after)] == FOLLOW_UP and mark[u(after)] < of_type.again:
                                follows, comes = after, now + pause[u(after)]
                            elif (
                                of_type.closes > 0
                                and kind_of[u(last - 1)] == CLOSING
                                and mark[u(last - 1)] < of_type.closes
                            ):
                                follows = last - 1
                if follows >= 0:
                    _comes_up(
                        follows, comes, ready, outcome, gone, agent_of, start, state, chats, chat, drops,
                        dropped, far,
                    )  # fmt: skip
                    if comes < drain_end:
                        _plan(events, end, comes, READY, follows)
                        end += 1
                    else:
                        outcome[u(follows)] = UNWRITTEN
                        follows = np.int64(-1)
                elif pile_on is not None and outcome[u(index)] != SILENT:
                    pile_on.seen[u(contact_of[u(index)])].over = now
                if follows < 0:
                    unfinished -= 1

                if desk_team.level < 0:
                    if who.until > now:
                        taking = agent
                else:
                    # Duty is half-open: at the instant of a fall nothing new starts above it.
                    level, row = desk_team.level, desk_team.next_level
                    if row < len(levels) and levels[u(row)].time == now and levels[u(row)].team == team:
                        level = min(level, levels[u(row)].level)
                    if who.holds > 0:
                        if desk_team.busy <= level:
                            taking = agent
                        else:
                            _has_room(agents, agent, team, room, rooms, by_since, most)
                    else:
                        desk_team.busy -= 1
                        if desk_team.busy + rooms[u(team * most)].size < level:
                            taking = agent
                        elif desk_team.busy <= level:
                            far[u(FILLING)], rarely = team, True
        elif source == 1:
            contact, kind = contact_of[u(index)], kind_of[u(index)]
            type_number = type_of[u(contact)]
            if what == OVERFLOW:
                stage = np.int64(state[u(index)].open)
                state[u(index)].open += 1
                if state[u(index)].waits:
                    line = _group(len(types), type_number, kind) * stages
                    old = queue[u(lines[u(line)].begin + place_of[u(0), u(index)])]
                    first, value, came = old.first, old.value, old.ready
                    _stand_in(
                        first, value, came, index, kind, type_number, lines[u(line + stage)], queue, place_of,
                        stage,
                    )  # fmt: skip
                    offered = index
            elif drops and dropped[u(index)].of > 0:
                if state[u(index)].waits:
                    offered = index
            elif kind == FIRST:
                tries[u(earlier_tries), u(0)] = index
                tries[u(earlier_tries), u(1)] = ready[u(index)]
                tries[u(earlier_tries), u(2)] = outcome[u(index)]
                tries[u(earlier_tries), u(3)] = gone[u(index)]
                earlier_tries += 1
                ready[u(index)], outcome[u(index)], gone[u(index)] = now, OPEN, -1
                offered, else_waits = index, 2
            else:
                offered, else_waits = index, 1

        elif source == 4:
            contact = contact_of[u(index)]
            type_number = type_of[u(contact)]
            chance = types[u(type_number)].silent
            if chance > 0 and silent_u[u(contact)] < chance:
                outcome[u(index)] = SILENT
                gone[u(index)] = now
            else:
                leaver = index

        # --- Duty -------------------------------------------------------------------------------------------

        else:
            team, value = duties[u(next_duty)].team, duties[u(next_duty)].value
            next_duty += 1
            if team >= 0:  # a level: when it falls the idle leave first, then whoever finishes next
                desk_team, idle = teams[u(team)], rooms[u(team * most)]
                was_above = desk_team.busy > desk_team.level
                desk_team.level = value
                desk_team.next_level += 1
                leaving = desk_team.first_agent + desk_team.agents - 1
                while idle.size > 0 and desk_team.busy + idle.size > value:
                    if agents[u(leaving)].has_room and agents[u(leaving)].holds == 0:
                        _has_no_room(agents, leaving, team, room, rooms, by_since, most)
                    leaving -= 1
                far[u(RISING)], rarely = team, True
                if was_above and desk_team.busy <= value:
                    far[u(FILLING)] = team
            elif what == DUTY_START:
                agents[u(index)].until = value
                agents[u(index)].since = now
                taking = index
            else:  # what is in hand is finished, or handed back if the plan says so
                who = agents[u(index)]
                who.until = 0
                if who.has_room:
                    _has_no_room(agents, index, who.team, room, rooms, by_since, most)
                if drops:
                    plain = teams[u(who.team)].plain
                    _count_left(who, now, plain, pace, hand[u(index)], start, chat, dropped)
                    far[u(DROPPING)], rarely = index, True

        # Teams that only help may take a step so long after it first became ready.
        if offered >= 0 and state[u(offered)].open == 0:
            state[u(offered)].open = 1
            if stages > 1:
                group = _group(len(types), type_number, kind)
                for stage in range(1, stages_of[u(group)]):
                    _plan(events, end, now + stage_wait[u(group), u(stage)], OVERFLOW, offered)
                    end += 1

        # --- Who takes what: two sorts ----------------------------------------------------------------------

        filled, coming, work_left = np.int64(-1), np.int64(-1), True
        while (offered & taking) >= 0 or rarely:
            chosen, agent, team = np.int64(-1), np.int64(-1), np.int64(-1)  # an agent of a team takes a step
            waits = np.int64(-1)  # a step waits
            free = np.int64(-1)  # an agent has room
            if offered >= 0:
                # A step takes an agent: its order of teams, fewest in hand, the plan's rule, number.
                group = _group(len(types), type_number, kind)
                best_rank, best_holds, best_value = np.int64(0), np.int64(0), np.int64(0)
                for row in range(able_from[u(group)], able_from[u(group + 1)]):
                    one = able[u(row)]
                    if one.stage >= state[u(offered)].open:
                        continue
                    helping = teams[u(one.team)]
                    if helping.level >= 0 and helping.busy > helping.level:
                        continue  # where more are busy than the level, nobody takes anything
                    for holds in range(helping.at_once):
                        those = rooms[u(one.team * most + holds)]
                        if those.size > 0:
                            candidate = np.int64(room[u(those.begin)])
                            value = np.int64(0)
                            if by_since:
                                value = agents[u(candidate)].since
                            elif agent_rule == MOST_SPECIALISED:
                                value = helping.skills
                            elif agent_rule == FASTEST:
                                cell = cells[u((kind * len(types) + type_number) * len(teams) + one.team)]
                                value = _handling(work[u(cell.slot), u(offered)], cell.speed)
                            best = agent < 0 or one.rank < best_rank
                            if not best and one.rank == best_rank:
                                best = holds < best_holds or (
                                    holds == best_holds
                                    and (value < best_value or (value == best_value and candidate < agent))
                                )
                            if best:
                                agent, team = candidate, one.team
                                best_rank, best_holds, best_value = one.rank, holds, value
                            break
                if agent >= 0:
                    chosen = offered
                    if agent_rule == RANDOM:
                        those_able = able[able_from[u(group)] : able_from[u(group + 1)]]
                        opened, chance = state[u(chosen)].open, random_u[u(contact)]
                        agent = _at_random(agents, teams, those_able, opened, best_rank, best_holds, chance)
                        team = agents[u(agent)].team
                elif else_waits == 1:
                    waits = offered
                elif else_waits == 2:  # the queue is full, or the customer leaves at once, or it waits
                    line = types[u(type_number)].queue
                    ahead = first_replies[u(line)]
                    row = 0
                    while row + 1 < leaves_from.shape[1] and leaves_from[u(type_number), u(row + 1)] <= ahead:
                        row += 1
                    chance = leaves_at_once[u(type_number), u(row)]
                    if ahead >= queue_limit[u(line)]:
                        leaver, fate = offered, TURNED_AWAY
                    elif chance > 0 and leave_u[u(contact)] < chance:
                        leaver = offered
                    else:
                        waits = offered
                        if patience[u(contact)] < NEVER:
                            _rise(patiences, patient, now + patience[u(contact)], offered)
                            patient += 1
                offered = np.int64(-1)
            elif taking >= 0:
                # An agent who may take more takes one step after the other.
                agent, team = taking, agents[u(taking)].team
                left = teams[u(team)].at_once - agents[u(agent)].holds
                if left > 0:
                    best_first, best_tier = np.int64(0), np.int64(0)
                    best_value, best_ready = np.int64(0), np.int64(0)
                    for row in range(source_from[u(team)], source_from[u(team + 1)]):
                        line, tier = lines[u(sources[u(row)].queue)], sources[u(row)].tier
                        if line.size == 0:
                            continue
                        place = line.begin
                        if order == AUDIENCE:
                            place += _most_seen(
                                queue[place : place + line.size], contact_of, kind_of, type_of, arrival,
                                views_by_age, weights, now,
                            )  # fmt: skip
                        head = queue[u(place)]
                        best = chosen < 0 or head.first < best_first
                        if not best and head.first == best_first:
                            best = tier < best_tier
                            if tier == best_tier:
                                best = _before(head.first, head.value, head.ready, head.step, best_first,
                                               best_value, best_ready, chosen)  # fmt: skip
                        if best:
                            chosen, best_first, best_tier = np.int64(head.step), head.first, tier
                            best_value, best_ready = head.value, head.ready
                            kind, type_number = np.int64(head.kind), np.int64(head.type)
                    if chosen < 0:
                        free, work_left = agent, False
                if chosen < 0 or left == 1:
                    taking = np.int64(-1)
            elif far[u(DROPPING)] >= 0:
                # An agent hands back what he holds, lowest number first: each waits before all others, and
                # agents who start at this instant choose first.
                dropping = far[u(DROPPING)]
                who = agents[u(dropping)]
                if who.holds == 0:
                    far[u(DROPPING)] = -1
                    continue
                waits = np.int64(hand[u(dropping), u(0)])
                for i in range(1, who.holds):
                    waits = min(waits, np.int64(hand[u(dropping), u(i)]))
                contact, kind = contact_of[u(waits)], kind_of[u(waits)]
                type_number = type_of[u(contact)]
                if teams[u(who.team)].plain:
                    who.holds = 0
                else:
                    end = _out_of_hand(who, who.team, waits, now, chat, hand[u(dropping)], pace, events, end)
                stints[u(earlier_stints), u(0)] = waits
                stints[u(earlier_stints), u(1)] = dropping
                stints[u(earlier_stints), u(2)] = start[u(waits)]
                stints[u(earlier_stints), u(3)] = now
                earlier_stints += 1
                agent_of[u(waits)] = -1
                _plan(events, end, now, READY, waits)
                end += 1
            elif far[u(FILLING)] >= 0:
                # When the busy are as few as the level again, those with room take what they may.
                desk_team = teams[u(far[u(FILLING)])]
                if desk_team.at_once > 1:
                    if filled < 0:
                        filled = desk_team.first_agent
                    last = desk_team.first_agent + desk_team.agents
                    while filled < last and not (agents[u(filled)].has_room and agents[u(filled)].holds > 0):
                        filled += 1
                    if filled < last:
                        taking = filled
                        filled += 1
                        continue
                far[u(FILLING)] = -1
                work_left = True
                continue
            elif far[u(RISING)] >= 0:
                # Agents come one after the other, lowest number first.
                rising = far[u(RISING)]
                desk_team = teams[u(rising)]
                if desk_team.busy + rooms[u(rising * most)].size >= desk_team.level:
                    far[u(RISING)] = -1
                    continue
                if coming < 0:
                    coming = desk_team.first_agent
                while agents[u(coming)].has_room or agents[u(coming)].holds > 0:
                    coming += 1
                agents[u(coming)].since = now
                if work_left:
                    taking = coming
                else:  # the one before found nothing either
                    free = coming
                coming += 1
            else:
                rarely = False
                continue

            # --- Handling -----------------------------------------------------------------------------------

            if chosen >= 0:
                who, desk_team = agents[u(agent)], teams[u(team)]
                cell = cells[u((kind * len(types) + type_number) * len(teams) + team)]
                whole = _handling(work[u(cell.slot), u(chosen)], cell.speed)
                planned_ms = whole
                if drops and dropped[u(chosen)].of > 0:
                    left, of = dropped[u(chosen)].left, dropped[u(chosen)].of
                    planned_ms = max(np.int64(1), (whole * left + of // 2) // of)
                if pile_on is not None and start[u(chosen)] < 0:
                    until_answer = pile_on.readers[u(type_number)].until_answer
                    acknowledges = types[u(type_number)].acknowledges
                    complaint = pile_on.seen[u(contact_of[u(chosen)])]
                    _begun(complaint, kind, now, acknowledges, until_answer)
                agent_of[u(chosen)] = agent
                start[u(chosen)] = now
                if state[u(chosen)].waits:
                    state[u(chosen)].waits = False
                    if kind == FIRST:
                        first_replies[u(types[u(type_number)].queue)] -= 1
                    line = _group(len(types), type_number, kind) * stages
                    for stage in range(state[u(chosen)].open):
                        _step_out_here(chosen, lines[u(line + stage)], queue, place_of, stage)
                if who.has_room:
                    _has_no_room_here(agents, agent, team, room, rooms, by_since, most)
                until = np.int64(NEVER)
                if desk_team.level >= 0:
                    desk_team.busy += who.holds == 0
                elif drops:
                    until = who.until
                    dropped[u(chosen)].whole = whole
                    dropped[u(chosen)].planned = planned_ms
                if desk_team.plain:
                    hand[u(agent), u(0)] = chosen
                    who.holds = 1
                    if now + planned_ms <= until:
                        if chats:
                            chat[u(chosen)].due = now + planned_ms
                        _plan(events, end, now + planned_ms, COMPLETION, chosen)
                        end += 1
                else:
                    end = _into_hand(
                        who, team, chosen, now, planned_ms, chat, hand[u(agent)], pace, events, end
                    )
                    if who.holds < desk_team.at_once:
                        free = agent

            if free >= 0 and not agents[u(free)].has_room:
                _has_room_here(agents, free, agents[u(free)].team, room, rooms, by_since, most)

            if waits >= 0:
                of_type = types[u(type_number)]
                first, came = np.int64(0), ready[u(waits)]
                if drops and dropped[u(waits)].of > 0:
                    first = came - HANDED_BACK
                most_behind = ahead_over[u(kind * len(types) + type_number)]
                first = 2 * first + (most_behind == NO_LIMIT or followers[u(contact)] <= most_behind)
                value = came
                if order == NEWEST:
                    value = -came
                elif order == PRIORITY:
                    value = of_type.rank
                elif order == DEADLINE:
                    value = came + of_type.promise
                elif order == FOLLOWERS:
                    value = -followers[u(contact)] if kind == FIRST and of_type.public else np.int64(0)
                elif order == AUDIENCE:
                    value = np.int64(0)  # it changes: see `_most_seen`
                state[u(waits)].waits = True
                if kind == FIRST:
                    first_replies[u(of_type.queue)] += 1
                line = _group(len(types), type_number, kind) * stages
                for stage in range(state[u(waits)].open):
                    _stand_in_here(
                        first, value, came, waits, kind, type_number, lines[u(line + stage)], queue, place_of,
                        stage,
                    )  # fmt: skip

        # Who left or was turned away is gone for good, or comes back.
        if leaver >= 0:
            outcome[u(leaver)], gone[u(leaver)] = fate, now
            of_type = types[u(type_number)]
            if state[u(leaver)].waits:
                state[u(leaver)].waits = False
                first_replies[u(of_type.queue)] -= 1
                for stage in range(state[u(leaver)].open):
                    _step_out(leaver, lines[u(type_number * stages + stage)], queue, place_of, stage)
            chance, back = of_type.tries_again, False
            if chance > 0:
                first_try, after_last = first_retry[u(contact)], first_retry[u(contact + 1)]
                if first_try < after_last:
                    retry = first_try + tried[u(contact)]
                    if chance == 1:
                        retry = first_try + tried[u(contact)] % (after_last - first_try)
                    if retry < after_last and retry_mark[u(retry)] < chance:
                        back = now + retry_after[u(retry)] < drain_end
                    if back:
                        leave_u[u(contact)], silent_u[u(contact)] = (
                            retry_leave_u[u(retry)],
                            retry_silent_u[u(retry)],
                        )
                        tried[u(contact)] += 1
                        _plan(events, end, now + retry_after[u(retry)], READY, leaver)
                        end += 1
            if not back:
                unfinished -= 1

        # What is planned in order again: the last takes the place of what has happened, the others rise.
        if source == 1:
            if end > news:
                end -= 1
                time, key = events[u(end)].time, events[u(end)].key
            else:
                planned -= 1
                time, key = events[u(planned)].time, events[u(planned)].key
                events[u(planned)].time = NO_TIME
            _sink(events, planned, time, key)
        while end > news:
            end -= 1
            _rise(events, planned, events[u(end)].time, events[u(end)].key)
            planned += 1

    for agent in range(len(team_of_agent)):  # all is over: what is in hand is cut here
        for i in range(agents[u(agent)].holds):
            end_of[u(hand[u(agent), u(i)])] = ~now
    far[EARLIER_STINTS], far[EARLIER_TRIES] = earlier_stints, earlier_tries
    steps = first_step[u(next_contact)]
    far[STINTS] = _worked_on(columns, done, steps)
    if far[STEPS] < len(contact_of):
        _came(columns, contact_of, kind_of, steps)
    return True


# --- Who takes what: the queues -----------------------------------------------------------------------------


@_copied
def _group(types, of_type, kind):
    """The group of steps that the same teams may take: by type, escalated work apart."""
    return of_type + types if kind == ESCALATED else of_type


@_copied
def _before(first, value, ready, step, other_first, other_value, other_ready, other):
    """Does a waiting step come before another in their queue?"""
    if first != other_first:
        before = first < other_first
    elif value != other_value:
        before = value < other_value
    elif ready != other_ready:
        before = ready < other_ready
    else:
        before = step < other
    return before


@_called
def _most_seen(queue, contact_of, kind_of, type_of, arrival, views_by_age, weights, now):
    """The place of the first in a queue in the order by audience, which changes from minute to minute."""
    best, rows = np.int64(-1), views_by_age.shape[1]
    for place in range(len(queue)):
        one = queue[place]
        if kind_of[one.step] == FIRST:
            contact = contact_of[one.step]
            row = (now - arrival[contact]) // MINUTE
            if row >= FINE_ROWS:
                row = FINE_ROWS + (row - FINE_ROWS) // COARSE_ROW
            views = views_by_age[type_of[contact], min(row, rows - 1)]
            by_reshares = weights[contact, 1] * views[1] // 1000
            one.value = -((weights[contact, 0] * views[0] + by_reshares) // 1000)
        if best < 0:
            best = np.int64(place)
        else:
            other = queue[best]
            if _before(one.first, one.value, one.ready, one.step,
                       other.first, other.value, other.ready, other.step):  # fmt: skip
                best = np.int64(place)
    return best


@_copied
def _stand_in_here(first, value, ready, step, kind, of_type, line, queue, place_of, stage):
    """A waiting step stands in a queue."""
    begin, place = line.begin, line.size
    line.size += 1
    while place > 0:
        above = (place - 1) >> 1
        other = queue[u(begin + above)]
        if not _before(first, value, ready, step, other.first, other.value, other.ready, other.step):
            break
        queue[u(begin + place)] = other
        place_of[u(stage), u(other.step)] = place
        place = above
    new = queue[u(begin + place)]
    new.first, new.value, new.ready, new.step = first, value, ready, step
    new.kind, new.type = kind, of_type
    place_of[u(stage), u(step)] = place


@_copied
def _step_out_here(step, line, queue, place_of, stage):
    """A step leaves a queue, wherever it stands in it."""
    begin, place = line.begin, np.int64(place_of[u(stage), u(step)])
    line.size -= 1
    size = line.size
    last = queue[u(begin + size)]
    if last.step != step:
        first, value, ready, number = last.first, last.value, last.ready, last.step
        while place > 0:
            above = (place - 1) >> 1
            other = queue[u(begin + above)]
            if not _before(first, value, ready, number, other.first, other.value, other.ready, other.step):
                break
            queue[u(begin + place)] = other
            place_of[u(stage), u(other.step)] = place
            place = above
        below = 2 * place + 1
        while below < size:
            other = queue[u(begin + below)]
            if below + 1 < size:
                right = queue[u(begin + below + 1)]
                if _before(right.first, right.value, right.ready, right.step,
                           other.first, other.value, other.ready, other.step):  # fmt: skip
                    below += 1
                    other = right
            if _before(first, value, ready, number, other.first, other.value, other.ready, other.step):
                break
            queue[u(begin + place)] = other
            place_of[u(stage), u(other.step)] = place
            place = below
            below = 2 * place + 1
        queue[u(begin + place)] = last
        place_of[u(stage), u(number)] = place


@_called
def _stand_in(first, value, ready, step, kind, of_type, line, queue, place_of, stage):
    _stand_in_here(first, value, ready, step, kind, of_type, line, queue, place_of, stage)


@_called
def _step_out(step, line, queue, place_of, stage):
    _step_out_here(step, line, queue, place_of, stage)


# --- Who takes what: the agents with room -------------------------------------------------------------------


@_called
def _at_random(agents, teams, able, opened, best_rank, best_holds, at):
    """Of the agents with room whose team has this rank and who hold so many, one at random."""
    equal = 0
    for once in range(2):
        wanted = np.int64(at * equal) if once else np.int64(-1)
        equal = 0
        for row in range(len(able)):
            team = teams[able[row].team]
            above = team.level >= 0 and team.busy > team.level
            if able[row].rank == best_rank and able[row].stage < opened and not above:
                for agent in range(team.first_agent, team.first_agent + team.agents):
                    if agents[agent].has_room and agents[agent].holds == best_holds:
                        if equal == wanted:
                            return np.int64(agent)
                        equal += 1
    return np.int64(-1)


@_copied
def _earlier(since, one, agents, other, by_since):
    """Does an agent with room come before another of the same team with as many in hand?"""
    earlier = one < other
    if by_since and since != agents[u(other)].since:
        earlier = since < agents[u(other)].since
    return earlier


@_copied
def _has_room_here(agents, agent, team, room, rooms, by_since, most):
    """An agent who had no room has some: he stands among those of his team with as many in hand, mostly as
    the last of them.
    """
    who = agents[u(agent)]
    who.has_room = True
    those = rooms[u(team * most + who.holds)]
    after = those.begin + those.size
    if after == those.end:
        after = _move_up(those, room)
    last = np.int64(room[u(after - 1)]) if those.size > 0 else np.int64(-1)
    if last < 0 or _earlier(agents[u(last)].since, last, agents, agent, by_since):
        room[u(after)] = agent
    else:
        _step_into_line(agents, agent, those, room, by_since)
    those.size += 1


@_copied
def _has_no_room_here(agents, agent, team, room, rooms, by_since, most):
    """An agent who had room has none any more; mostly he is the first of those in line."""
    who = agents[u(agent)]
    who.has_room = False
    those = rooms[u(team * most + who.holds)]
    those.size -= 1
    if room[u(those.begin)] == agent:
        those.begin += 1
    else:
        _step_out_of_line(agents, agent, those, room, by_since)


@_called
def _has_room(agents, agent, team, room, rooms, by_since, most):
    _has_room_here(agents, agent, team, room, rooms, by_since, most)


@_called
def _has_no_room(agents, agent, team, room, rooms, by_since, most):
    _has_no_room_here(agents, agent, team, room, rooms, by_since, most)


@_called
def _move_up(those, room):
    """Those in line stand where their part of the table begins; this is the place behind them."""
    for place in range(those.size):
        room[u(those.start + place)] = room[u(those.begin + place)]
    those.begin = those.start
    return those.begin + those.size


@_called
def _place_in_line(agents, agent, those, room, by_since):
    """The place of an agent in line: the first whose agent does not come before him."""
    place, after = those.begin, those.begin + those.size
    while place < after:
        middle = (place + after) // 2
        other = np.int64(room[middle])
        if _earlier(agents[other].since, other, agents, agent, by_since):
            place = middle + 1
        else:
            after = middle
    return place


@_called
def _step_into_line(agents, agent, those, room, by_since):
    place = _place_in_line(agents, agent, those, room, by_since)
    for behind in range(those.begin + those.size, place, -1):
        room[u(behind)] = room[u(behind - 1)]
    room[place] = agent


@_called
def _step_out_of_line(agents, agent, those, room, by_since):
    place = _place_in_line(agents, agent, those, room, by_since)
    for behind in range(place, those.begin + those.size):
        room[u(behind)] = room[u(behind + 1)]


# --- Handling: what is in hand ------------------------------------------------------------------------------


@_copied
def _handling(work, speed):
    """Handling of so much work at a speed, in ms, to the nearest, at least 1 if there is work."""
    if work <= 0 or speed == PARTS:
        handling = max(np.int64(0), work)
    else:
        handling = max(np.int64(1), (work * PARTS + speed // 2) // speed)
    return handling


@_called
def _still_to_do(one, now, pace):
    return max(np.int64(0), one.to_do - (now - one.since) * pace)


@_called
def _go_on(who, now, before, pace, chat, hand, events, end):
    """Another number in hand, another pace: what is done is counted off, and what is left goes on."""
    if pace != before:
        for i in range(who.holds):
            one = chat[hand[i]]
            one.to_do = _still_to_do(one, now, before)
            one.since = now
            end = _plan_completion(np.int64(hand[i]), now, pace, chat, events, end)
    return end


@_called
def _plan_completion(step, now, pace, chat, events, end):
    chat[step].due = now + (chat[step].to_do + pace - 1) // pace
    _plan(events, end, chat[step].due, COMPLETION, step)
    return end + 1


@_called
def _into_hand(who, team, step, now, planned, chat, hand, pace, events, end):
    """A chat comes into an agent's hands."""
    holds = who.holds
    chat[step].to_do = planned * PARTS
    chat[step].since = now
    end = _go_on(who, now, pace[team, holds], pace[team, holds + 1], chat, hand, events, end)
    hand[holds] = step
    who.holds = holds + 1
    return _plan_completion(step, now, pace[team, holds + 1], chat, events, end)


@_called
def _out_of_hand(who, team, step, now, chat, hand, pace, events, end):
    """A chat leaves an agent's hands."""
    chat[step].due = -1
    holds = who.holds
    place = 0
    while hand[place] != step:
        place += 1
    hand[place] = hand[holds - 1]
    who.holds = holds - 1
    return _go_on(who, now, pace[team, holds], pace[team, holds - 1], chat, hand, events, end)


@_called
def _count_left(who, now, plain, pace, hand, start, chat, dropped):
    """What is left of each step that an agent is about to hand back, in ms, rounded up."""
    for i in range(who.holds):
        step = hand[i]
        if plain:
            left = dropped[step].planned - (now - start[step])
        else:
            left = (_still_to_do(chat[step], now, pace[who.team, who.holds]) + PARTS - 1) // PARTS
        dropped[step].left = left
        dropped[step].of = max(np.int64(1), dropped[step].whole)


# --- The beginning and the end ------------------------------------------------------------------------------


@_called
def _nobody_came_yet(ready, first_replies, tried):
    """No step is ready, no first reply waits, and nobody has tried again."""
    ready[:] = -1
    first_replies[:] = 0
    tried[:] = 0


@_copied
def _comes_up(step, at, ready, outcome, gone, agent_of, start, state, chats, chat, drops, dropped, far):
    """A step is ready for the first time at an instant; nothing has become of it yet."""
    far[u(STEPS)] += 1
    ready[u(step)], outcome[u(step)], gone[u(step)] = at, OPEN, -1
    agent_of[u(step)], start[u(step)] = -1, -1
    state[u(step)].open, state[u(step)].waits = 0, False
    if chats:
        chat[u(step)].due = -1
    if drops:
        dropped[u(step)].of = 0


@_called
def _nobody_yet(agents, teams, team_of_agent, new_teams, levels, rooms, most):
    """Nobody is on duty, and nobody has anything in hand."""
    for team in range(len(new_teams)):
        teams[team] = new_teams[team]
    for agent in range(len(team_of_agent)):
        who = agents[agent]
        who.team, who.until, who.since, who.holds, who.has_room = team_of_agent[agent], 0, 0, 0, False
        teams[who.team].agents += 1
    for row in range(len(levels)):
        desk_team = teams[levels[row].team]
        if desk_team.level < 0:
            desk_team.level, desk_team.next_level = 0, row
    first_agent, begin = 0, 0
    for team in range(len(new_teams)):
        teams[team].first_agent = first_agent
        first_agent += teams[team].agents
        for holds in range(most):
            those = rooms[team * most + holds]
            those.begin, those.size = begin, 0
            those.start, those.end = begin, begin + 2 * teams[team].agents
            begin = those.end


@_called
def _no_lines_yet(lines, stages, type_of, contact_of, kind_of, types):
    """Nobody waits: each queue has a part of its own, as long as there are steps that may wait in it."""
    for line in range(len(lines)):
        lines[line].size = 0
    for step in range(len(contact_of)):
        lines[_group(types, type_of[contact_of[step]], kind_of[step]) * stages].size += 1
    begin = 0
    for group in range(2 * types):
        steps = lines[group * stages].size
        for line in range(group * stages, (group + 1) * stages):
            lines[line].begin, lines[line].size = begin, 0
            begin += steps


@_called
def _came(columns, contact_of, kind_of, steps):
    """Move the rows of steps that came to the front. Those that did not come are moved too, and the next one
    is written over them: to ask costs more.
    """
    row = 0
    for step in range(steps):
        came = columns[_READY, step] >= 0
        columns[_STEP, row], columns[_CONTACT, row], columns[_KIND, row] = (
            step,
            contact_of[step],
            kind_of[step],
        )
        for column in range(_READY, _GONE + 1):
            columns[column, row] = columns[column, step]
        row += came


@_called
def _worked_on(columns, done, steps):
    """Move the rows of steps that somebody worked on to the front, in the same way, and say how many there
    are. The end of what was cut is told by the complement of its bits.
    """
    row = 0
    for step in range(steps):
        worked_on = columns[_READY, step] >= 0 and columns[_AGENT, step] >= 0
        end = columns[_END, step]
        columns[_STEP_OF_STINT, row] = step
        columns[_AGENT, row], columns[_START, row] = columns[_AGENT, step], columns[_START, step]
        columns[_END, row], done[row] = max(end, ~end), end >= 0
        row += worked_on
    return row
