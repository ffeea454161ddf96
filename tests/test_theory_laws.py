"""Gates, gains, fixed points and correlated laws against independent figures and Monte Carlo runs in torch."""

from __future__ import annotations

import itertools
import math

import pytest
import torch

from winit_lint.theory import criticality, functions, gates, moments
from winit_lint.theory.elementwise import ARGUMENT, Elementwise, affine, apply, combine
from winit_lint.theory.law import Joint, Law, joint

# (activation, parameter, gain backward, gain centred, chi_1 and chi_par at q = 1 under the forward gain,
#  critical gain and q without bias: None = at every q, 0 = the limit of small signals)
NONE = (None, None)
GAINS = [
    ("identity", None, 1.0, 1.0, 1.0, 1.0, (1.0, None)),
    ("relu", None, 1.41421356, 1.71285855, 1.0, 1.0, (1.41421356, None)),
    ("leaky_relu", 0.2, 1.38675, 1.546460, 1.0, 1.0, (1.38675049, None)),
    ("elu", 1.0, 1.223429, 1.270843, 1.03590, 0.89097, (1.0, 0.0)),
    ("elu", 0.5, 1.358283, 1.477657, 1.01080, 0.96722, (1.26491, 0.0)),
    ("selu", None, 0.966026, 1.0, 1.07157, 0.78265, (0.690486, 0.0)),
    ("celu", 2.0, 1.145889, 1.162694, 1.01630, 0.89881, (1.0, 0.0)),
    ("gelu", None, 1.481114, 1.700926, 1.07203, 1.14406, (2.0, 0.0)),
    ("quick_gelu", None, 1.491459, 1.709359, 1.06540, 1.13646, (2.0, 0.0)),
    ("silu", None, 1.623320, 1.787187, 1.06663, 1.17259, (2.0, 0.0)),
    ("mish", None, 1.444755, 1.592025, 1.05912, 1.07634, (1.66667, 0.0)),
    ("softplus", None, 1.846229, 1.919126, 0.31846, 0.49205, NONE),
    ("softsign", None, 2.095781, 2.337533, 1.24401, 0.47671, (1.0, 0.0)),
    ("tanh", None, 1.467414, 1.592537, 1.17781, 0.46107, (1.0, 0.0)),
    ("hardtanh", None, 1.210287, 1.392036, 1.32289, 0.38513, (1.0, 0.0)),
    ("sigmoid", None, 4.722646, 4.801313, 0.15283, 0.10634, (10.1493, 45.6243)),
    ("hardsigmoid", None, 6.008116, 6.015034, 0.09978, 0.09712, (10.3295, 47.2737)),
    ("hardswish", None, 1.670076, 1.813871, 1.08132, 1.22392, (2.0, 0.0)),
    ("relu6", None, 1.414214, 1.712859, 1.0, 1.0, (1.41421, 0.0)),
    ("relu_squared", None, 0.707107, 0.894427, 1.33333, 2.0, NONE),
    ("star_relu", None, 0.790593, 1.000030, 1.6, 2.0, (1.30677, 0.366025)),
    ("square", None, 0.5, 0.707107, 1.33333, 2.0, NONE),
    ("exp", None, 0.367879, 0.462706, 1.0, 2.0, (0.367879, 1.0)),
    ("sin", 1.0, 1.327251, 1.520867, 1.31304, 0.31304, (1.0, 0.0)),
    ("cos", 1.0, 1.520867, 2.237253, 0.76159, -0.23841, (1.48313, 1.19968)),
    ("snake", None, 0.816542, 0.944716, 1.14721, 0.86815, (1.0, 0.0)),
    ("gaussian", None, 2.279507, 3.595581, 0.33333, -0.33333, (2.41421, 2.41421)),
    ("erf", None, 1.325218, 1.467167, 1.22570, 0.40857, (0.886227, 0.0)),
    ("arctan", None, 1.414214, 1.491208, 1.11185, 0.56082, (1.0, 0.0)),
    ("tanhshrink", None, 1.988139, 2.338368, 1.38335, 1.82620, NONE),
    ("softshrink", None, 1.273008, 1.544361, 1.47175, 1.47175, NONE),
    ("lecun_tanh", None, 1.115257, 1.154369, 1.07137, 0.61545, (0.874177, 0.0)),
]


@pytest.mark.parametrize(("name", "parameter", "backward", "centred", "one", "par", "critical"), GAINS)
def test_gains_and_criticality_match_the_table(
    name: str,
    parameter: float | None,
    backward: float,
    centred: float,
    one: float,
    par: float,
    critical: tuple[float | None, float | None],
) -> None:
    assert criticality.gain_backward(name, parameter) == pytest.approx(backward, rel=2e-6)
    assert criticality.gain_centred(name, parameter) == pytest.approx(centred, rel=2e-6)
    s = moments.gain(name, parameter) ** 2
    assert criticality.chi_1(1.0, s, name, parameter) == pytest.approx(one, abs=1e-5)
    assert criticality.chi_par(1.0, s, name, parameter) == pytest.approx(par, abs=1e-5)
    found = criticality.critical_point(name, parameter)
    if critical[0] is None:
        assert found is None
    else:
        assert found is not None
        assert found.gain == pytest.approx(critical[0], rel=1e-5)
        assert found.q == (None if critical[1] is None else pytest.approx(critical[1], rel=1e-5))


def test_a_step_has_no_gain_backward() -> None:
    assert criticality.gain_backward("sign") == math.inf
    assert criticality.critical_point("sign") is None


def test_fixed_points() -> None:
    # tanh at torch's gain, the SIREN layer of s = 2, SELU at its own gain, and the half-stable point of GELU.
    q = criticality.fixed_point(25 / 9, 0.0, "tanh")
    assert q is not None
    assert moments.moments("tanh", None, q).second == pytest.approx(0.424253, rel=1e-5)
    assert criticality.chi_1(q, 25 / 9, "tanh") == pytest.approx(1.2098, abs=5e-5)
    assert criticality.fixed_point(2.0, 0.0, "sin", start=0.3) == pytest.approx(0.796812, rel=1e-6)
    assert criticality.fixed_point(1.0, 0.0, "selu", start=2.0) == pytest.approx(1.0, rel=1e-6)
    s, bias, q = 1.98305826, 0.17292239, 3.56155281
    assert criticality.variance_map(q, s, bias, "gelu") == pytest.approx(q, rel=1e-7)
    assert criticality.chi_1(q, s, "gelu") == pytest.approx(1.0, abs=1e-7)
    assert criticality.chi_par(q, s, "gelu") == pytest.approx(1.0, abs=1e-7)
    assert criticality.fixed_point(1.0, 0.0, "relu") == 0.0
    assert criticality.fixed_point(3.0, 0.0, "relu") is None


# (name, E f^2, E|grad|^2, gain forward) for two independent N(0, 1) halves
GATES = [
    ("glu", 0.293379036, 0.338215277, 1.84622855),
    ("bilinear_gate", 1.0, 2.0, 1.0),
    ("reglu", 0.5, 1.0, 1.41421356),
    ("geglu", 0.425221483, 0.881072348, 1.53353044),
    ("swiglu", 0.35577552, 0.735257871, 1.67653247),
    ("mishglu", 0.452342192, 0.931425951, 1.48684758),
    ("tanh_gate", 0.115677737, 0.153924759, 2.94018804),
]


@pytest.mark.parametrize(("name", "second", "slope", "gain"), GATES)
def test_gates_match_the_table(name: str, second: float, slope: float, gain: float) -> None:
    found = gates.gate(*gates.GATES[name])
    assert found.second == pytest.approx(second, rel=1e-7)
    assert found.slope_second == pytest.approx(slope, rel=1e-7)
    assert gates.gate_gain(name) == pytest.approx(gain, rel=1e-7)
    assert found.mean == pytest.approx(0.0, abs=1e-12)


def test_gates_against_monte_carlo() -> None:
    torch.manual_seed(0)
    a, b = 0.7 * torch.randn(1_000_000), 1.5 * torch.randn(1_000_000)
    a.requires_grad_(True)
    b.requires_grad_(True)
    y = a * torch.nn.functional.silu(b)
    y.sum().backward()
    found = gates.gate("identity", "silu", 0.49, 2.25)
    assert a.grad is not None
    assert b.grad is not None
    assert found.second == pytest.approx(y.square().mean().item(), rel=0.02)
    assert found.value_slope == pytest.approx(a.grad.square().mean().item(), rel=0.02)
    assert found.gate_slope == pytest.approx(b.grad.square().mean().item(), rel=0.02)


def composed(kind: str) -> Elementwise:
    sigmoid = apply("sigmoid", None, ARGUMENT)
    relu = apply("relu", None, ARGUMENT)
    assert sigmoid is not None
    assert relu is not None
    made = {
        "silu by hand": combine("*", ARGUMENT, sigmoid),
        "scaled relu": affine(1.7139588594436646, 0.0, relu),
        "shifted relu": apply("relu", None, affine(1.0, -0.5, ARGUMENT) or ARGUMENT),
        "skip": combine("+", ARGUMENT, relu),
        "relu squared": combine("*", relu, relu),
        "gelu": apply("gelu", None, ARGUMENT),
        "tanh": apply("tanh", None, ARGUMENT),
        "leaky": apply("leaky_relu", 0.2, ARGUMENT),
    }[kind]
    assert made is not None
    return made


IN_TORCH = {
    "silu by hand": lambda z: z * torch.sigmoid(z),
    "scaled relu": lambda z: 1.7139588594436646 * torch.relu(z),
    "shifted relu": lambda z: torch.relu(z - 0.5),
    "skip": lambda z: z + torch.relu(z),
    "relu squared": lambda z: torch.relu(z) ** 2,
    "gelu": torch.nn.functional.gelu,
    "tanh": torch.tanh,
    "leaky": lambda z: torch.nn.functional.leaky_relu(z, 0.2),
}


def measured(kind: str, law: Law) -> Joint:
    """The same by drawing: two maxima of ``count`` values that share a part."""
    generator = torch.Generator().manual_seed(1)
    n = 400_000
    shared = math.sqrt(law.covariance) * torch.randn(n, 1, generator=generator, dtype=torch.float64)
    own = torch.randn(2, n, law.count, generator=generator, dtype=torch.float64)
    z = (law.mean + shared + math.sqrt(law.variance - law.covariance) * own).amax(-1).requires_grad_(True)
    y = IN_TORCH[kind](z)
    y.sum().backward()
    assert z.grad is not None
    mean, second = y.mean().item(), y.square().mean().item()
    return Joint(mean, second, (y[0] * y[1]).mean().item(), z.grad.square().mean().item())


LAWS = [Law(0.0, 1.0, 0.0), Law(0.0, 1.3, 0.4), Law(0.4, 0.9, 0.3), Law(0.0, 1.0, 0.0, 4), Law(0.1, 1.5, 0.6, 9)]


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("kind", IN_TORCH)
def test_correlated_laws_against_monte_carlo(kind: str, law: Law) -> None:
    if law.count > 1 and not composed(kind).increasing and kind not in {"shifted relu", "relu squared"}:
        pytest.skip("a maximum is exchanged with increasing functions only")
    predicted, drawn = joint(composed(kind), law), measured(kind, law)
    assert predicted.second == pytest.approx(drawn.second, rel=0.015)
    assert predicted.mean == pytest.approx(drawn.mean, abs=0.006)
    assert predicted.common == pytest.approx(drawn.common, rel=0.015, abs=0.006)
    assert predicted.slope_second == pytest.approx(drawn.slope_second, rel=0.02)


def test_pooled_rectifiers() -> None:
    # measured: 1.546 for windows of 2 x 2, 2.569 for 3 x 3, against 0.5 without
    relu = composed("leaky")
    relu = apply("relu", None, ARGUMENT) or relu
    assert joint(relu, Law(0.0, 1.0, 0.0, 4)).second == pytest.approx(1.546, rel=5e-3)
    assert joint(relu, Law(0.0, 1.0, 0.0, 9)).second == pytest.approx(2.569, rel=5e-3)
    # relu, then the mean of four independent positions: 1/(2 pi) + (1/2 - 1/(2 pi)) / 4
    found = joint(relu, Law(0.0, 1.0))
    assert found.common + (found.second - found.common) / 4 == pytest.approx(0.244366, rel=1e-5)


def test_the_arc_cosine_kernel_agrees_with_the_general_way() -> None:
    law = Law(0.0, 1.3, 0.5)
    closed = joint(composed("leaky"), law)
    by_hand = joint(combine("+", ARGUMENT, affine(0.0, 0.0, ARGUMENT) or ARGUMENT) or ARGUMENT, law)
    assert by_hand.common == pytest.approx(0.5, rel=1e-6)
    general = joint(affine(1.0, 0.0, composed("leaky")) or ARGUMENT, Law(1e-12, 1.3, 0.5))
    assert general.common == pytest.approx(closed.common, rel=2e-3)


def test_limits_of_the_covariance() -> None:
    gelu = composed("gelu")
    assert joint(gelu, Law(0.0, 2.0, 0.0)).common == pytest.approx(joint(gelu, Law(0.0, 2.0)).mean ** 2)
    assert joint(gelu, Law(0.0, 2.0, 2.0)).common == joint(gelu, Law(0.0, 2.0, 2.0)).second
    assert joint(gelu, Law(0.0, 2.0, 5.0)) == joint(gelu, Law(0.0, 2.0, 2.0))
    assert joint(gelu, Law(0.0, 0.0)).second == 0.0
    assert joint(gelu, Law(0.0, math.inf)).second == math.inf


def test_what_cannot_be_composed_is_none() -> None:
    assert apply("glu", None, ARGUMENT) is None
    assert affine(math.inf, 0.0, ARGUMENT) is None
    assert combine("/", ARGUMENT, ARGUMENT) is None
    nested: Elementwise | None = ARGUMENT
    for _ in range(20):
        nested = None if nested is None else combine("+", nested, nested)
    assert nested is None


def test_every_increasing_function_increases() -> None:
    for name in functions.ACTIVATIONS:
        made = apply(name, None, ARGUMENT)
        assert made is not None
        values = [made.at(-5 + 0.01 * i)[0] for i in range(1001)]
        rises = all(a <= b + 1e-12 for a, b in itertools.pairwise(values))
        assert rises or not made.increasing, name
