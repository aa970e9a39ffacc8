"""Gauss–Kronrod quadrature on panels that shorten towards both ends, where integrands change fastest."""

from __future__ import annotations

import numpy as np

from simcare.theory.states import Floats

# Kronrod 1965, to the digits of QUADPACK (Piessens et al. 1983): abscissae ≥ 0, weights of the 15-point
# rule, and of the 7-point Gauss rule on every second abscissa.
_ABSCISSAE = np.array(
    [
        0.991455371120812639206854697526329,
        0.949107912342758524526189684047851,
        0.864864423359769072789712788640926,
        0.741531185599394439863864773280788,
        0.586087235467691130294144691693,
        0.405845151377397166906606412076961,
        0.207784955007898467600689403773245,
        0.0,
    ]
)
_KRONROD = np.array(
    [
        0.022935322010529224963732008058970,
        0.063092092629978553290700663189204,
        0.104790010322250183839876322541518,
        0.140653259715525918745189590510238,
        0.169004726639267902826583426598550,
        0.190350578064785409913256402421014,
        0.204432940075298892414161999234649,
        0.209482141084727828012999174891714,
    ]
)
_GAUSS = np.array(
    [
        0.0,
        0.129484966168869693270611432679082,
        0.0,
        0.279705391489276667901467771423780,
        0.0,
        0.381830050505118944950369775488975,
        0.0,
        0.417959183673469387755102040816327,
    ]
)


def graded_panels(length: float, shortest: float, longest: float) -> tuple[Floats, Floats, Floats]:
    """Nodes in (0, length), their 15-point weights, and the weights of the 7-point rule to compare with.

    The panels begin at `shortest` at both ends and double inwards, up to `longest`.
    """
    edges = [0.0]
    width = min(shortest, longest)
    while edges[-1] < length / 2:
        edges.append(min(edges[-1] + width, length / 2))
        width = min(2 * width, longest)
    half = np.array(edges)
    panels = np.concatenate((half, length - half[-2::-1]))
    middle, radius = (panels[:-1] + panels[1:]) / 2, np.diff(panels) / 2

    def mirrored(values: Floats, sign: float) -> Floats:
        return np.concatenate((sign * values, values[-2::-1]))

    nodes = middle[:, None] + radius[:, None] * mirrored(_ABSCISSAE, -1.0)
    kronrod = radius[:, None] * mirrored(_KRONROD, 1.0)
    gauss = radius[:, None] * mirrored(_GAUSS, 1.0)
    return nodes.ravel(), kronrod.ravel(), gauss.ravel()
