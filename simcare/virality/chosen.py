"""The audience of a contact type, from the words of a scenario."""

from __future__ import annotations

from simcare.scenario.quantities import MINUTE
from simcare.scenario.scenario import Scenario
from simcare.scenario.views import Kernel as KernelSaid
from simcare.virality.audience import Audience
from simcare.virality.kernels import MEASURED, Kernel, exponential, power_law
from simcare.virality.words import with_reshared_at_least_once, with_reshares_of_a_complaint


def audience_of(scenario: Scenario, contact: str) -> Audience:
    """The model's numbers for a public contact type, as they are in force on its channel."""
    said = {key: one.value for key, one in scenario.virality_of(contact).items()}
    growth, impatient = said["reshares_by_followers"], said["impatient"]
    audience = Audience(
        kernel=_kernel(said["kernel"], said["view_half_life"] / MINUTE),
        seen_by=said["seen_by"],
        follower_exponent=growth.power,
        follower_offset=growth.offset,
        reshares_per_reshare=said["reshares_per_reshare"],
        resharer_followers=said["followers_of_resharers"],
        heat_tail=said["heat"],
        impatient=1.0 if impatient is None else impatient.reshares,
        answered=said["answered"],
        template=said["template"],
        resolved=said["resolved"],
    )
    if "reshares_of_a_complaint" in said:
        return with_reshares_of_a_complaint(audience, said["reshares_of_a_complaint"])
    return with_reshared_at_least_once(audience, said["reshared_at_least_once"])


def _kernel(said: KernelSaid, half_life: float) -> Kernel:
    """The kernel; one without a time scale of its own is stretched to the half-life of views (minutes)."""
    if isinstance(said, str):
        return (MEASURED if said == "long-tailed" else exponential(1.0)).with_half_life(half_life)
    scale = said.scale / MINUTE
    return power_law(said.exponent, scale) if said.exponent else exponential(scale)
