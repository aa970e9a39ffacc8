"""Queueing theory in closed form or solved exactly: pure functions of numbers.

Times, rates and durations are floats in any one unit of time that the caller keeps to (hours with
contacts per hour, seconds with contacts per second); results come back in that unit. Values outside a
formula's domain raise :class:`simcare.errors.DomainError`. Import from the modules directly::

    from simcare.theory.impatience import ErlangA

- `erlang`: Erlang B and C
- `impatience`: Erlang A, M/M/s with customers who leave
- `single_server`: M/M/1, M/G/1, priorities, the conservation law
- `priorities`: several agents with priorities, the whole law of the wait
- `returning`: Erlang-R, customers who come back, in the long run and over a day
- `curve`: rates that are straight lines between knots
- `offered_load`: how much work is in hand when nobody waits
- `time_varying`: rates and staff that change over the day, solved exactly
"""
