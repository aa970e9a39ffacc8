"""A second solution of a tiny desk, written apart: states by name, dense matrices, adaptive steps.

A state is (busy, handed back, waiting), at most `most` waiting. Nothing here is shared with `simcare.theory`.
"""

from __future__ import annotations

import itertools

import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import expm


class BruteForce:
    def __init__(self, rate, staff, mu, theta=0.0, at_once=0.0, end="finish", resumes=False, most=24):
        self.rate, self.staff, self.mu, self.theta, self.at_once = rate, staff, mu, theta, at_once
        self.end, self.resumes, self.most = end, resumes, most
        highest = max(level for _, level in staff)
        backs = range(highest + 1 if end == "drop" and not resumes else 1)
        # Work handed back was once in hand, so no more is begun and unfinished than the highest level.
        begun = [(b, d) for b in range(highest + 1) for d in backs if b + d <= highest]
        self.states = [(b, d, q) for b, d in begun for q in range(most + 1)]
        self.index = {state: i for i, state in enumerate(self.states)}

    def level(self, t):
        return [level for since, level in self.staff if since <= t][-1]

    def normal(self, state, level):
        """The state just after the level is this: hand back, then start whoever may start."""
        b, d, q = state
        if self.end == "drop":
            while b > level:
                b, d = b - 1, d + 1
            if self.resumes:
                q, d = q + d, 0
        while b < level and d + q > 0:
            b, d, q = (b + 1, d - 1, q) if d else (b + 1, d, q - 1)
        return b, d, min(q, self.most)

    def moves(self, state, level, arrival_rate):
        b, d, q = state
        if arrival_rate:
            if b < level:
                yield arrival_rate, (b + 1, d, q)
            elif q < self.most:
                yield arrival_rate * (1 - self.at_once), (b, d, q + 1)
        if b:
            yield b * self.mu, self.normal((b - 1, d, q), level)
        if q:
            yield q * self.theta, (b, d, q - 1)

    def generator(self, level, arrival_rate):
        g = np.zeros((len(self.states), len(self.states)))
        for i, state in enumerate(self.states):
            if self.normal(state, level) != state:
                continue  # never visited at this level
            for rate, target in self.moves(state, level, arrival_rate):
                g[i, self.index[target]] += rate
                g[i, i] -= rate
        return g

    def change(self, p, level):
        after = np.zeros_like(p)
        for i, state in enumerate(self.states):
            after[self.index[self.normal(state, level)]] += p[i]
        return after

    def distributions(self, times, cuts):
        """The distribution at each of `times` (sorted), after a change at that instant; `cuts`: all knots."""
        p = np.zeros(len(self.states))
        p[self.index[0, 0, 0]] = 1.0
        stops = sorted({*times, *cuts, *(t for t, _ in self.staff)})
        wanted, found = set(times), {}
        for a, b in zip(stops, [*stops[1:], None], strict=True):
            level = self.level(a)
            p = self.change(p, level)
            if a in wanted:
                found[a] = p
            if b is None or b > times[-1]:
                break
            without, unit = (
                self.generator(level, 0.0),
                self.generator(level, 1.0) - self.generator(level, 0.0),
            )
            middle, half = (a + b) / 2, (b - a) / 4
            slope = (self.rate(middle + half) - self.rate(middle - half)) / (2 * half)

            def flow(t, p, without=without, unit=unit, middle=middle, slope=slope):
                return p @ without + (self.rate(middle) + slope * (t - middle)) * (p @ unit)

            p = solve_ivp(flow, (a, b), p, method="DOP853", rtol=1e-11, atol=1e-14).y[:, -1]
        return np.array([found[t] for t in times])

    def start_within(self, t, within, leaving):
        """For each state an arrival at t may find: P(it starts in time, not having left at this rate)."""
        stops = [t, *(c for c, _ in self.staff if t < c < t + within), t + within]
        size = len(self.states) + 1  # the last: started
        p = np.eye(size)
        for a, b in itertools.pairwise(stops):
            level = self.level(a)
            places = [self.tagged(state, level) for state in self.states]
            g, after = np.zeros((size, size)), np.zeros((size, size))
            after[:, -1] = p[:, -1]
            for i, (busy, back, ahead) in enumerate(self.states):
                after[:, places[i]] += p[:, i]
                if places[i] != i:
                    continue
                moves = [(busy * self.mu, (busy - 1, back, ahead))] if busy else []
                moves += [(ahead * self.theta, (busy, back, ahead - 1))] if ahead else []
                for rate, target in moves:
                    g[i, self.tagged(target, level)] += rate
                    g[i, i] -= rate
                g[i, i] -= leaving
            p = after @ expm(g * (b - a))
        at_once = np.array([busy < self.level(t) for busy, _, _ in self.states])
        return np.where(at_once, 1.0, p[:-1, -1])

    def tagged(self, state, level):
        """Where a tagged customer stands, behind all of `state`, after everybody who may start has."""
        busy, back, ahead = state
        if self.end == "drop" and busy > level:
            busy, back = level, back + busy - level
            if self.resumes:
                back, ahead = 0, min(ahead + back, self.most)
        while busy < level:
            if back:
                busy, back = busy + 1, back - 1
            elif ahead:
                busy, ahead = busy + 1, ahead - 1
            else:
                return len(self.states)
        return self.index[busy, back, ahead]
