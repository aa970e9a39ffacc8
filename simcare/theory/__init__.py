"""Queueing theory in closed form or solved exactly: pure functions of numbers.

Times, rates and durations are floats in any one unit of time that the caller keeps to (hours with
contacts per hour, seconds with contacts per second); results come back in that unit. Values outside a
formula's domain raise :class:`simcare.errors.DomainError`. Import from the modules directly::

    from simcare.theory.impatience import ErlangA

- `erlang`: Erlang B and C
- `impatience`: Erlang A, M/M/s with customers who leave; `any_patience`: by any law of patience
- `limited`: Erlang A with a limit of the queue and balking; `retrials`: who finds no place tries again
- `single_server`: M/M/1, M/G/1, priorities, the conservation law
- `constant_handling`: M/D/s; `many_servers`: M/G/s, approximately
- `priorities`: several agents with priorities, the whole law of the wait
- `returning`: Erlang-R, customers who come back, in the long run and over a day
- `chats`: agents who hold several contacts at once
- `square_root`: staffing of large desks by their limits
- `curve`: rates that are straight lines between knots
- `offered_load`: how much work is in hand when nobody waits
- `time_varying`: rates and staff that change over the day, solved exactly
- `inverse`: the fewest agents, the largest rate
"""
