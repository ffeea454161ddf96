"""The theory room against independent figures: quadrature tables, torch's autograd, Monte Carlo runs."""

from __future__ import annotations

import math

import pytest

from winit_lint.finding import Severity
from winit_lint.ir.size import SizeExpr
from winit_lint.theory import fans, functions, moments, propagation, severity
from winit_lint.theory.loss import initial_cross_entropy
from winit_lint.theory.propagation import Step

# (activation, parameter, E f, E f^2, E f'^2, forward gain) at q = 1, from composite quadrature with 5,760 nodes,
# checked by Monte Carlo with 8e6 samples.
TABLE = [
    ("identity", None, 0.0, 1.0, 1.0, 1.0),
    ("relu", None, 0.39894228, 0.5, 0.5, 1.41421356),
    ("leaky_relu", 0.01, 0.394952858, 0.50005, 0.50005, 1.41414286),
    ("leaky_relu", 0.05, 0.378995166, 0.50125, 0.50125, 1.4124491),
    ("leaky_relu", 0.1, 0.359048052, 0.505, 0.505, 1.40719509),
    ("leaky_relu", 0.2, 0.319153824, 0.52, 0.52, 1.38675049),
    ("leaky_relu", 0.25, 0.29920671, 0.53125, 0.53125, 1.37198868),
    ("leaky_relu", 0.3, 0.279259596, 0.545, 0.545, 1.35457092),
    ("leaky_relu", 0.5, 0.19947114, 0.625, 0.625, 1.26491106),
    ("prelu", None, 0.29920671, 0.53125, 0.53125, 1.37198868),
    ("rrelu", None, 0.307518008, 0.526258681, 0.526258681, 1.37847966),
    ("elu", 1.0, 0.160520572, 0.644945417, 0.668102001, 1.2451983),
    ("elu", 0.5, 0.279731426, 0.536236354, 0.5420255, 1.36559486),
    ("selu", None, 0.0, 1.0, 1.07157499, 1.0),
    ("celu", 1.0, 0.160520572, 0.644945417, 0.668102001, 1.2451983),
    ("celu", 0.5, 0.232993281, 0.56455166, 0.594410641, 1.33090837),
    ("celu", 2.0, 0.0981799498, 0.74936249, 0.761578292, 1.15519161),
    ("gelu", None, 0.282094792, 0.425221483, 0.455850866, 1.53353044),
    ("gelu_tanh", None, 0.282038588, 0.425193711, 0.455817846, 1.53358052),
    ("quick_gelu", None, 0.282330553, 0.421952807, 0.4495492, 1.53945876),
    ("silu", None, 0.206620964, 0.35577552, 0.379482352, 1.67653247),
    ("mish", None, 0.240403888, 0.452342192, 0.479083758, 1.48684758),
    ("softplus", None, 0.806059183, 0.921245909, 0.293379036, 1.04186684),
    ("softsign", None, 0.0, 0.183014021, 0.22767134, 2.33753336),
    ("tanh", None, 0.0, 0.39429449, 0.464402902, 1.59253742),
    ("hardtanh", None, 0.0, 0.516058551, 0.682689492, 1.39203614),
    ("sigmoid", None, 0.5, 0.293379036, 0.0448362414, 1.84622855),
    ("hardsigmoid", None, 0.5, 0.277639091, 0.0277027834, 1.89784042),
    ("logsigmoid", None, -0.806059183, 0.921245909, 0.293379036, 1.04186684),
    ("hardswish", None, 0.166216701, 0.331567375, 0.358531517, 1.73665721),
    ("relu6", None, 0.39894228, 0.499999998, 0.499999999, 1.41421357),
    ("relu_squared", None, 0.5, 1.5, 2.0, 0.816496581),
    ("star_relu", None, 0.0, 0.9999392, 1.59990272, 1.0000304),
    ("square", None, 1.0, 3.0, 4.0, 0.577350269),
    ("abs", None, 0.797884561, 1.0, 1.0, 1.0),
    ("exp", None, 1.64872127, 7.3890561, 7.3890561, 0.367879441),
    ("sin", 1.0, 0.0, 0.432332358, 0.567667642, 1.52086662),
    ("sin", 30.0, 0.0, 0.5, 450.0, 1.41421356),
    ("cos", 1.0, 0.60653066, 0.567667642, 0.432332358, 1.3272506),
    ("snake", None, 0.432332358, 1.30737429, 1.49983227, 0.874580983),
    ("gaussian", None, 0.707106781, 0.577350269, 0.19245009, 1.31607401),
    ("erf", None, 0.0, 0.464559054, 0.569410035, 1.46716695),
    ("arctan", None, 0.0, 0.449700916, 0.5, 1.49120762),
    ("tanhshrink", None, 0.0, 0.182883471, 0.252991883, 2.33836753),
    ("softshrink", None, 0.0, 0.41927852, 0.617075077, 1.54436053),
    ("hardshrink", None, 0.0, 0.969140404, 0.617075077, 1.01579635),
    ("sign", None, 0.0, 1.0, 0.0, 1.0),
    ("lecun_tanh", None, 0.0, 0.750430276, 0.803989113, 1.15436945),
]

AT_ZERO = {
    "relu": (0.0, 0.0),
    "relu6": (0.0, 0.0),
    "relu_squared": (0.0, 0.0),
    "abs": (0.0, 0.0),
    "square": (0.0, 0.0),
    "tanhshrink": (0.0, 0.0),
    "softshrink": (0.0, 0.0),
    "hardshrink": (0.0, 0.0),
    "leaky_relu": (0.0, 0.01),
    "prelu": (0.0, 0.25),
    "elu": (0.0, 1.0),
    "celu": (0.0, 1.0),
    "tanh": (0.0, 1.0),
    "softsign": (0.0, 1.0),
    "hardtanh": (0.0, 1.0),
    "sin": (0.0, 1.0),
    "selu": (0.0, 1.7581),
    "gelu": (0.0, 0.5),
    "silu": (0.0, 0.5),
    "hardswish": (0.0, 0.5),
    "softplus": (0.6931, 0.5),
    "mish": (0.0, 0.6),
    "sigmoid": (0.5, 0.25),
    "hardsigmoid": (0.5, 0.1667),
    "exp": (1.0, 1.0),
    "cos": (1.0, 0.0),
}


@pytest.mark.parametrize(("name", "parameter", "mean", "second", "slope", "forward_gain"), TABLE)
def test_moments_match_the_table(
    name: str, parameter: float | None, mean: float, second: float, slope: float, forward_gain: float
) -> None:
    found = moments.moments(name, parameter)
    assert found.mean == pytest.approx(mean, rel=1e-7, abs=1e-9)
    assert found.second == pytest.approx(second, rel=1e-7)
    assert found.slope_second == pytest.approx(slope, rel=1e-7)
    assert moments.gain(name, parameter) == pytest.approx(forward_gain, rel=1e-7)
    assert found.variance == pytest.approx(second - mean * mean, rel=1e-6)


@pytest.mark.parametrize(("name", "expected"), AT_ZERO.items())
def test_values_and_slopes_at_zero(name: str, expected: tuple[float, float]) -> None:
    assert moments.value_at_zero(name) == pytest.approx(expected[0], abs=5e-5)
    assert moments.slope_at_zero(name) == pytest.approx(expected[1], abs=5e-5)


def test_unknown_activation_is_refused_and_has_no_values() -> None:
    assert not moments.is_known("glu")
    assert moments.value_at_zero("glu") is None
    assert moments.slope_at_zero("glu") is None
    assert not moments.is_homogeneous("glu")
    with pytest.raises(KeyError):
        moments.moments("glu")
    with pytest.raises(ValueError, match="finite"):
        moments.moments("relu", q=math.inf)


@pytest.mark.parametrize("name", sorted(functions.ACTIVATIONS))
def test_functions_match_torch_autograd(name: str) -> None:
    torch = pytest.importorskip("torch")
    f = torch.nn.functional
    reference = {
        "identity": lambda x: x,
        "rrelu": lambda x: f.rrelu(x, training=False),
        "prelu": lambda x: f.prelu(x, torch.tensor([0.25], dtype=torch.float64)),
        "leaky_relu": f.leaky_relu,
        "gelu_tanh": lambda x: f.gelu(x, approximate="tanh"),
        "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x),
        "relu_squared": lambda x: f.relu(x) ** 2,
        "star_relu": lambda x: 0.8944 * f.relu(x) ** 2 - 0.4472,
        "square": lambda x: x**2,
        "snake": lambda x: x + torch.sin(x) ** 2,
        "gaussian": lambda x: torch.exp(-(x**2) / 2),
        "lecun_tanh": lambda x: 1.7159 * torch.tanh(2 * x / 3),
        "abs": torch.abs,
        "exp": torch.exp,
        "sin": torch.sin,
        "cos": torch.cos,
        "sign": torch.sign,
        "erf": torch.erf,
        "arctan": torch.atan,
    }
    apply = reference.get(name) or getattr(f, name)
    entry = functions.ACTIVATIONS[name]
    # Exact kinks included where torch's choice matters: zero.
    points = [-7.0, -3.5, -1.3, -0.6, -0.4, -1e-3, 0.0, 1e-3, 0.4, 0.6, 1.3, 2.9, 3.5, 7.0]
    x = torch.tensor(points, dtype=torch.float64, requires_grad=True)
    y = apply(x)
    y.sum().backward()
    values, slopes = y.tolist(), x.grad.tolist()
    for index, point in enumerate(points):
        assert entry.value(point, entry.default) == pytest.approx(values[index], abs=1e-9)
        assert entry.slope(point, entry.default) == pytest.approx(slopes[index], abs=1e-7)


@pytest.mark.parametrize("q", [1e-8, 1e-2, 0.3, 4.0, 1e3, 1e6])
@pytest.mark.parametrize("name", ["relu6", "tanh", "sigmoid", "gelu", "elu", "softplus", "hardswish", "erf"])
def test_quadrature_holds_away_from_one(name: str, q: float) -> None:
    """A plain midpoint sum with 60,000 cells stands against the split quadrature."""
    entry = functions.ACTIVATIONS[name]
    cells, reach = 60_000, 9.0
    width = 2 * reach / cells
    second = slope = 0.0
    for index in range(cells):
        z = -reach + (index + 0.5) * width
        mass = math.exp(-z * z / 2) * width / math.sqrt(2 * math.pi)
        second += mass * entry.value(math.sqrt(q) * z, entry.default) ** 2
        slope += mass * entry.slope(math.sqrt(q) * z, entry.default) ** 2
    found = moments.moments(name, q=q)
    assert found.second == pytest.approx(second, rel=2e-4)
    assert found.slope_second == pytest.approx(slope, rel=0.05 if q > 1e5 else 2e-3)


def test_homogeneous_moments_scale_with_q() -> None:
    for name in ("identity", "relu", "leaky_relu", "prelu", "rrelu", "abs"):
        assert moments.is_homogeneous(name)
        assert moments.moments(name, q=1e-6).second == pytest.approx(1e-6 * moments.moments(name).second)
    assert not moments.is_homogeneous("gelu")
    assert not moments.is_homogeneous("relu6")


# (activation, s_in, depth, predicted second moment), Monte Carlo within 3 % at width 1024.
@pytest.mark.parametrize(
    ("name", "s_in", "depth", "expected"),
    [
        ("relu", 1 / 3, 5, 0.000128601),
        ("relu", 1.0, 20, 9.53674e-07),
        ("relu", 2.0, 50, 1.0),
        ("tanh", 1.0, 20, 0.025902),
        ("tanh", 25 / 9, 50, 0.424253),
        ("gelu", 2.0, 5, 0.609623),
        ("gelu", 2.0, 50, 1.28044e-12),
        ("silu", 2.0, 20, 1.13922e-05),
        ("selu", 1.0, 50, 1.0),
        ("hardswish", 1.0, 1, 0.331567),
    ],
)
def test_forward_map(name: str, s_in: float, depth: int, expected: float) -> None:
    steps = [Step(s_in, s_in, 0.0, name)] * depth
    assert propagation.forward_ratio(steps) == pytest.approx(expected, rel=1e-4)


def test_bias_floors_the_second_moment_but_not_the_signal() -> None:
    steps = [Step(1 / 3, 1 / 3, 1 / (3 * 1024), "relu")] * 20
    assert propagation.forward(steps)[-1].m == pytest.approx(0.2 / 1024, rel=1e-6)
    assert propagation.forward_ratio(steps) == pytest.approx((1 / 6) ** 20, rel=1e-9)


def test_backward_runs_to_the_first_hidden_activation() -> None:
    assert propagation.backward_ratio([Step(1 / 3, 1 / 3, 0.0, "relu")]) == 1.0
    steps = [Step(1 / 3, 5.0, 0.0, "relu"), Step(1 / 3, 1 / 3, 0.0, "relu"), Step(1 / 3, 1 / 3, 0.0, "relu")]
    assert propagation.backward_ratio(steps) == pytest.approx((1 / 6) ** 2)


def test_backward_of_tanh_matches_the_mean_field_prediction() -> None:
    ratio = propagation.backward_ratio([Step(1.0, 1.0, 0.0, "tanh")] * 20)
    first = moments.moments("tanh", q=1.0).slope_second
    # 0.0359748 is the prediction over all 20 layers, the first one's own derivative included.
    assert ratio is not None
    assert ratio * first == pytest.approx(0.0359748, rel=1e-4)


def test_backward_is_unknown_where_a_number_is() -> None:
    assert propagation.backward_ratio([Step(1.0, 1.0, None, "relu")] * 3) == pytest.approx(0.25)
    assert propagation.backward_ratio([Step(1.0, 1.0, None, "tanh")] * 3) is None
    assert propagation.backward_ratio([Step(1.0, 1.0), Step(1.0, None)]) is None


def test_explosion_is_infinite_and_does_not_raise() -> None:
    steps = [Step(10.0, 10.0, 0.0, "exp")] * 6
    assert propagation.forward_ratio(steps) == math.inf
    assert propagation.backward_ratio(steps) is None or math.isinf(propagation.backward_ratio(steps) or 0.0)
    assert severity.band(math.inf) is Severity.ERROR


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (None, None),
        (math.nan, None),
        (1.0, None),
        (1e-2, None),
        (10.0, None),
        (9.9e-3, Severity.NOTE),
        (10.1, Severity.NOTE),
        (1e-4, Severity.NOTE),
        (100.0, Severity.NOTE),
        (9e-5, Severity.WARNING),
        (101.0, Severity.WARNING),
        (1e-6, Severity.WARNING),
        (1e3, Severity.WARNING),
        (9e-7, Severity.ERROR),
        (1001.0, Severity.ERROR),
        (0.0, Severity.ERROR),
    ],
)
def test_bands(ratio: float | None, expected: Severity | None) -> None:
    assert severity.band(ratio) is expected


def test_worse_takes_the_higher_severity_first() -> None:
    assert severity.worse(5e-3, 90.0) == 5e-3  # both notes: the one further from 1
    assert severity.worse(2e-2, 11.0) == 11.0  # silent against note, though it is nearer to 1
    assert severity.worse(None, 0.5) == 0.5
    assert severity.worse(None, None) is None


def test_milder_lowers_by_steps() -> None:
    assert severity.milder(Severity.ERROR) is Severity.WARNING
    assert severity.milder(Severity.NOTE) is None
    assert severity.milder(None) is None


# (shape, true fan_in, true fan_out, torch fan_in, torch fan_out, factors of kaiming fan_in, fan_out and xavier)
@pytest.mark.parametrize(
    ("shape", "true_in", "true_out", "torch_in", "torch_out", "by_in", "by_out", "by_xavier"),
    [
        ((200, 300), 300, 200, 300, 200, 1.0, 1.0, 1.0),
        ((64, 32, 3, 3), 288, 144, 288, 576, 1.0, 0.5, 0.707107),
        ((64, 1, 3, 3), 9, 9, 9, 576, 1.0, 0.125, 0.175412),
        ((256, 3, 4, 4), 1024, 48, 48, 4096, 4.6188, 0.108253, 0.508613),
        ((64, 1024), 64, 1024, 1024, 64, 0.25, 4.0, 1.0),
        ((8, 64, 128), 64, 128, 8192, 1024, 0.0883883, 0.353553, 0.144338),
    ],
)
def test_fans(
    shape: tuple[int, ...],
    true_in: int,
    true_out: int,
    torch_in: int,
    torch_out: int,
    by_in: float,
    by_out: float,
    by_xavier: float,
) -> None:
    assert fans.torch_fans(shape) == (torch_in, torch_out)
    assert fans.kaiming_factor(true_in, torch_in) == pytest.approx(by_in, rel=1e-5)
    assert fans.kaiming_factor(true_out, torch_out) == pytest.approx(by_out, rel=1e-5)
    assert fans.xavier_factor(true_in, true_out, torch_in, torch_out) == pytest.approx(by_xavier, rel=1e-5)


def test_stacked_xavier_and_symbolic_sizes() -> None:
    assert fans.stacked_xavier_factor(128, 128, 4) == pytest.approx(0.632456, rel=1e-5)
    assert fans.stacked_xavier_factor(256, 688, 2) == pytest.approx(0.760547, rel=1e-5)
    dim = SizeExpr.atom("dim")
    assert fans.kaiming_factor(dim, 4 * dim) == 0.5
    assert fans.stacked_xavier_factor(dim, dim, 3) == pytest.approx(0.707107, rel=1e-5)
    assert fans.torch_fans((dim,)) is None


@pytest.mark.parametrize(
    ("classes", "std", "measured"),
    [
        (50257, 27.71, 117.0),
        (50257, 1.0, 11.33),
        (50257, 0.5, 10.95),
        (5000, 2.0, 10.51),
        (500, 16.0, 48.8),
        (100, 8.0, 20.3),
        (10, 4.0, 6.49),
        (10, 0.5, 2.41),
    ],
)
def test_the_cross_entropy_that_random_logits_start_with(classes: int, std: float, measured: float) -> None:
    """Means of the log-sum-exp of 400 to 4000 drawn rows."""
    assert initial_cross_entropy(classes, std) == pytest.approx(measured, rel=0.02)


def test_the_cross_entropy_of_equal_logits_is_the_logarithm_of_their_number() -> None:
    assert initial_cross_entropy(10, 0.0) == pytest.approx(math.log(10))
