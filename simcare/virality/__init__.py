"""How many people see a complaint, how many of them before anybody answers, how likely it becomes a crisis.

Pure functions of numbers. A public complaint is seen by a share of its author's followers and passed on by
some of them; whoever sees a reshare may pass it on again. That is a marked Hawkes process, as in SEISMIC
(Zhao, Erdogdu, He, Rajaraman & Leskovec 2015) and in Mishra, Rizoiu & Xie (2016). A reply damps it: from then
on a reshare happens with a smaller probability. Means have closed forms, so no cascade need be sampled for
them.

Times are floats in minutes since the complaint was posted. Values outside the domain raise
:class:`simcare.errors.DomainError`. Import from the modules directly::

    from simcare.virality.audience import ANSWERED, WAITING, Audience
    from simcare.virality.exposure import exposure

- `kernels`: when a post is seen
- `audience`: the parameters of the model, and the states of a complaint
- `phases`: what falls into each state of a complaint, per follower and per reshare to be expected
- `exposure`: impressions and reshares of complaints, and views a minute now
- `bins`: impressions by the stretch of time in which they are seen
- `heat`: some complaints catch fire; crises
- `followers`: averages over lognormal followers
- `cascades`: reshares one by one, sampled exactly
- `words`: from what a planner knows to the numbers of the model
- `chosen`: the audience of a contact type of a scenario
"""
