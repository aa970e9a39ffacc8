/* The two desks of the benchmarks as event loops in C: as fast as a loop over these events gets without tricks.

   Time is whole milliseconds. At one instant completions come first (by contact), then changes of level, then
   arrivals, then the end of patience: so whoever is still there when somebody becomes free is served. Customers
   are given as arrays in order of arrival. Patience is looked at when a customer comes to the head of his queue:
   who leaves does not change anything before. Written are start, end and agent or team; -1 for those who left. */

#include <stdint.h>
#include <stdlib.h>

typedef struct {
    int64_t end;
    int32_t contact, server;
} Completion;

/* A binary heap of completions, the first of them on top. */
typedef struct {
    Completion *of;
    int64_t size;
} Heap;

static inline int before(Completion a, Completion b) {
    return a.end < b.end || (a.end == b.end && a.contact < b.contact);
}

static inline void push(Heap *heap, Completion one) {
    int64_t place = heap->size++;
    while (place > 0) {
        int64_t above = (place - 1) / 2;
        if (before(heap->of[above], one)) break;
        heap->of[place] = heap->of[above];
        place = above;
    }
    heap->of[place] = one;
}

/* Put another completion in the place of the first. */
static inline void replace_first(Heap *heap, Completion one) {
    int64_t place = 0;
    for (;;) {
        int64_t below = 2 * place + 1;
        if (below >= heap->size) break;
        if (below + 1 < heap->size && before(heap->of[below + 1], heap->of[below])) below++;
        if (before(one, heap->of[below])) break;
        heap->of[place] = heap->of[below];
        place = below;
    }
    heap->of[place] = one;
}

static inline void pop(Heap *heap) {
    heap->size--;
    if (heap->size > 0) replace_first(heap, heap->of[heap->size]);
}

/* One queue, first come first served; the agent who has been idle longest takes the next. 0 if all went well. */
int one_queue(int64_t contacts, const int64_t *arrival, const int64_t *patience, const int64_t *work,
              int32_t agents, int64_t *start, int64_t *end, int32_t *agent) {
    Heap busy = {malloc(agents * sizeof(Completion)), 0};
    int32_t *idle = malloc(agents * sizeof(int32_t)); /* a ring, the longest idle at `longest` */
    if (!busy.of || !idle) return 1;
    for (int32_t a = 0; a < agents; a++) idle[a] = a;
    int32_t longest = 0, idle_agents = agents;
    int64_t next = 0, head = 0; /* the next to arrive; the first of those who wait: from here up to `next` */

    while (next < contacts || busy.size > 0) {
        if (busy.size > 0 && (next == contacts || busy.of[0].end <= arrival[next])) {
            Completion done = busy.of[0];
            while (head < next && arrival[head] + patience[head] < done.end) {
                start[head] = end[head] = agent[head] = -1;
                head++;
            }
            if (head < next) {
                start[head] = done.end;
                end[head] = done.end + work[head];
                agent[head] = done.server;
                replace_first(&busy, (Completion){end[head], (int32_t)head, done.server});
                head++;
            } else {
                pop(&busy);
                int32_t place = longest + idle_agents++;
                idle[place < agents ? place : place - agents] = done.server;
            }
        } else if (idle_agents > 0) {
            int32_t who = idle[longest];
            longest = longest + 1 < agents ? longest + 1 : 0;
            idle_agents--;
            start[next] = arrival[next];
            end[next] = arrival[next] + work[next];
            agent[next] = who;
            push(&busy, (Completion){end[next], (int32_t)next, who});
            head = ++next;
        } else {
            next++;
        }
    }
    free(busy.of);
    free(idle);
    return 0;
}

/* The same queue without that shortcut: the end of patience is an event like any other, so that who waits, and how
   many, is right at every instant. The heap has completions (a contact) and ends of patience (a contact, from
   `contacts` on, so that they come later at one instant); those of customers already served are passed over. */
int one_queue_every_event(int64_t contacts, const int64_t *arrival, const int64_t *patience, const int64_t *work,
                          int32_t agents, int64_t *start, int64_t *end, int32_t *agent) {
    int64_t room = 1024;
    Heap planned = {malloc(room * sizeof(Completion)), 0};
    int32_t *idle = malloc(agents * sizeof(int32_t));
    int64_t *ahead = malloc((contacts + 1) * sizeof(int64_t)); /* a list of who waits, so that anybody can leave */
    int64_t *behind = malloc((contacts + 1) * sizeof(int64_t));
    if (!planned.of || !idle || !ahead || !behind) return 1;
    for (int32_t a = 0; a < agents; a++) idle[a] = a;
    int32_t longest = 0, idle_agents = agents;
    int64_t next = 0, nobody = contacts; /* the list is a ring that begins and ends with nobody */
    ahead[nobody] = behind[nobody] = nobody;

    while (next < contacts || planned.size > 0) {
        int is_planned = planned.size > 0 && (next == contacts || planned.of[0].end <= arrival[next]);
        if (is_planned && (planned.of[0].contact < contacts || next == contacts || planned.of[0].end < arrival[next])) {
            Completion first = planned.of[0];
            if (first.contact >= contacts) {
                int64_t gone = first.contact - contacts;
                if (start[gone] < 0) {
                    behind[ahead[gone]] = behind[gone];
                    ahead[behind[gone]] = ahead[gone];
                }
                pop(&planned);
                continue;
            }
            int64_t head = behind[nobody];
            if (head != nobody) {
                behind[nobody] = behind[head];
                ahead[behind[head]] = nobody;
                start[head] = first.end;
                end[head] = first.end + work[head];
                agent[head] = first.server;
                replace_first(&planned, (Completion){end[head], (int32_t)head, first.server});
            } else {
                pop(&planned);
                int32_t place = longest + idle_agents++;
                idle[place < agents ? place : place - agents] = first.server;
            }
        } else {
            if (planned.size == room) {
                planned.of = realloc(planned.of, (room *= 2) * sizeof(Completion));
                if (!planned.of) return 1;
            }
            if (idle_agents > 0) {
                int32_t who = idle[longest];
                longest = longest + 1 < agents ? longest + 1 : 0;
                idle_agents--;
                start[next] = arrival[next];
                end[next] = arrival[next] + work[next];
                agent[next] = who;
                push(&planned, (Completion){end[next], (int32_t)next, who});
            } else {
                start[next] = end[next] = agent[next] = -1;
                ahead[next] = ahead[nobody];
                behind[next] = nobody;
                behind[ahead[next]] = ahead[nobody] = next;
                push(&planned, (Completion){arrival[next] + patience[next], (int32_t)(contacts + next), -1});
            }
            next++;
        }
    }
    free(planned.of), free(idle), free(ahead), free(behind);
    return 0;
}

/* What simcare's engines write of such a queue in which nobody comes back: the columns of both tables, one after the
   other. Of steps there are six: step, contact, kind, ready, outcome, gone; of stints four, those of the steps that
   were begun: step, agent, start, end; and whether each was completed. Returns how many stints there are. */
int64_t write_log(int64_t contacts, const int64_t *arrival, const int64_t *patience, const int64_t *start,
                  const int64_t *end, const int32_t *agent, int64_t *steps, int64_t *stints, uint8_t *completed) {
    enum { FIRST = 0, REPLIED = 1, LEFT = 2 };
    int64_t row = 0;
    for (int64_t c = 0; c < contacts; c++) {
        int served = agent[c] >= 0;
        steps[c] = steps[contacts + c] = c;
        steps[2 * contacts + c] = FIRST;
        steps[3 * contacts + c] = arrival[c];
        steps[4 * contacts + c] = served ? REPLIED : LEFT;
        steps[5 * contacts + c] = served ? -1 : arrival[c] + patience[c];
        if (served) {
            stints[row] = c;
            stints[contacts + row] = agent[c];
            stints[2 * contacts + row] = start[c];
            stints[3 * contacts + row] = end[c];
            completed[row++] = 1;
        }
    }
    return row;
}

/* A day of several types and teams: what is given, what waits, who works. */
typedef struct {
    int64_t contacts;
    const int64_t *arrival, *patience, *work; /* work: a row of all contacts for each team */
    int32_t types;
    const int64_t *teams_of_type; /* two for each type, the second -1 if there is none */
    int64_t *first, *last;        /* of those of each type who wait, -1 if nobody does */
    int64_t *behind;              /* who waits behind a contact */
    int32_t *busy, *level;        /* of each team */
    Heap at_work;
    int64_t *start, *end;
    int32_t *team;
} Day;

static inline void begin(Day *day, int64_t contact, int32_t team, int64_t now) {
    day->start[contact] = now;
    day->end[contact] = now + day->work[team * day->contacts + contact];
    day->team[contact] = team;
    day->busy[team]++;
    push(&day->at_work, (Completion){day->end[contact], (int32_t)contact, team});
}

/* Somebody of a team is free: he begins with the longest-waiting contact that the team serves. 0 if none waits. */
static inline int take(Day *day, int32_t team, int64_t now) {
    int64_t longest = -1;
    int32_t of = -1;
    for (int32_t type = 0; type < day->types; type++) {
        if (day->teams_of_type[2 * type] != team && day->teams_of_type[2 * type + 1] != team) continue;
        int64_t head = day->first[type];
        while (head >= 0 && day->arrival[head] + day->patience[head] < now) {
            day->start[head] = day->end[head] = day->team[head] = -1;
            head = day->behind[head];
        }
        day->first[type] = head;
        if (head >= 0 && (longest < 0 || head < longest)) longest = head, of = type;
    }
    if (longest < 0) return 0;
    day->first[of] = day->behind[longest];
    begin(day, longest, team, now);
    return 1;
}

static inline void wait_in_line(Day *day, int64_t contact, int64_t type) {
    day->behind[contact] = -1;
    if (day->first[type] < 0) day->first[type] = contact;
    else day->behind[day->last[type]] = contact;
    day->last[type] = contact;
}

/* Several queues and teams whose levels change. A contact tries its type's first team, then its second; a freed
   agent takes the longest-waiting contact that his team serves; work in hand is finished when a level falls.
   A change of level is a time, a team and a level. 0 if all went well. */
int skill_day(int64_t contacts, const int64_t *arrival, const int64_t *type, const int64_t *patience,
              const int64_t *work, int32_t types, const int64_t *teams_of_type, int32_t teams, int32_t most_agents,
              int64_t changes, const int64_t *change_ms, const int64_t *change_team, const int64_t *change_level,
              int64_t *start, int64_t *end, int32_t *team) {
    Day day = {.contacts = contacts, .arrival = arrival, .patience = patience, .work = work, .types = types,
               .teams_of_type = teams_of_type, .start = start, .end = end, .team = team};
    day.first = malloc(types * sizeof(int64_t)), day.last = malloc(types * sizeof(int64_t));
    day.behind = malloc((contacts + 1) * sizeof(int64_t));
    day.busy = calloc(teams, sizeof(int32_t)), day.level = calloc(teams, sizeof(int32_t));
    day.at_work.of = malloc((most_agents + 1) * sizeof(Completion)); /* nobody ever works above a former level */
    if (!day.first || !day.last || !day.behind || !day.busy || !day.level || !day.at_work.of) return 1;
    for (int32_t k = 0; k < types; k++) day.first[k] = -1;
    int64_t next = 0, change = 0;

    for (;;) {
        int64_t arrives = next < contacts ? arrival[next] : INT64_MAX;
        int64_t changes_at = change < changes ? change_ms[change] : INT64_MAX;
        int64_t ends = day.at_work.size > 0 ? day.at_work.of[0].end : INT64_MAX;
        if (ends == INT64_MAX && arrives == INT64_MAX && changes_at == INT64_MAX) break;
        if (ends <= arrives && ends <= changes_at) {
            int32_t of = day.at_work.of[0].server, level = day.level[of];
            pop(&day.at_work);
            day.busy[of]--;
            for (int64_t c = change; c < changes && change_ms[c] == ends; c++) /* nothing starts above a fall */
                if (change_team[c] == of && change_level[c] < level) level = (int32_t)change_level[c];
            if (day.busy[of] < level) take(&day, of, ends);
        } else if (changes_at <= arrives) {
            int32_t of = (int32_t)change_team[change];
            day.level[of] = (int32_t)change_level[change++];
            while (day.busy[of] < day.level[of] && take(&day, of, changes_at)) continue;
        } else {
            int64_t first = teams_of_type[2 * type[next]], second = teams_of_type[2 * type[next] + 1];
            if (day.busy[first] < day.level[first]) begin(&day, next, (int32_t)first, arrives);
            else if (second >= 0 && day.busy[second] < day.level[second]) begin(&day, next, (int32_t)second, arrives);
            else wait_in_line(&day, next, type[next]);
            next++;
        }
    }
    free(day.first), free(day.last), free(day.behind), free(day.busy), free(day.level), free(day.at_work.of);
    return 0;
}
