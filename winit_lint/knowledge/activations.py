"""Elementwise nonlinearities by the names under which code reaches them.

Canonical names are those of ``theory.functions``; ``glu`` (gates on two halves) is known by name only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from winit_lint.knowledge.spec import ActivationSpec

_RELU = ActivationSpec("relu")
_LEAKY_RELU = ActivationSpec("leaky_relu", "negative_slope", 0, 0.01)
_ELU = ActivationSpec("elu", "alpha", 0, 1.0)
_CELU = ActivationSpec("celu", "alpha", 0, 1.0)
_SELU = ActivationSpec("selu")
_RRELU = ActivationSpec("rrelu")
_RELU6 = ActivationSpec("relu6")
_GELU = ActivationSpec("gelu", "approximate")  # a string: see VARIANTS
_SILU = ActivationSpec("silu")
_MISH = ActivationSpec("mish")
_SOFTPLUS = ActivationSpec("softplus", "beta", 0, 1.0)
_SOFTSIGN = ActivationSpec("softsign")
_TANH = ActivationSpec("tanh")
_HARDTANH = ActivationSpec("hardtanh", "max_val", 1, 1.0)  # symmetric only: min_val is taken to be -max_val
_SIGMOID = ActivationSpec("sigmoid")
_HARDSIGMOID = ActivationSpec("hardsigmoid")
_LOGSIGMOID = ActivationSpec("logsigmoid")
_HARDSWISH = ActivationSpec("hardswish")
_TANHSHRINK = ActivationSpec("tanhshrink")
_SOFTSHRINK = ActivationSpec("softshrink", "lambd", 0, 0.5)
_HARDSHRINK = ActivationSpec("hardshrink", "lambd", 0, 0.5)
_GLU = ActivationSpec("glu")
_ABS = ActivationSpec("abs")
_EXP = ActivationSpec("exp")
_SIN = ActivationSpec("sin")
_COS = ActivationSpec("cos")
_ERF = ActivationSpec("erf")
_ARCTAN = ActivationSpec("arctan")
_SIGN = ActivationSpec("sign")
_SQUARE = ActivationSpec("square")
_RELU_SQUARED = ActivationSpec("relu_squared")
_GELU_TANH = ActivationSpec("gelu_tanh")
_QUICK_GELU = ActivationSpec("quick_gelu")
_IDENTITY = ActivationSpec("identity")

VARIANTS: Final[Mapping[tuple[str, str], str]] = {("gelu", "none"): "gelu", ("gelu", "tanh"): "gelu_tanh"}
"""The canonical name where a string argument (``approximate``) chooses the form."""

MODULES: Final[Mapping[str, ActivationSpec]] = {
    "torch.nn.CELU": _CELU,
    "torch.nn.ELU": _ELU,
    "torch.nn.GELU": _GELU,
    "torch.nn.GLU": _GLU,
    "torch.nn.Hardshrink": _HARDSHRINK,
    "torch.nn.Hardsigmoid": _HARDSIGMOID,
    "torch.nn.Hardswish": _HARDSWISH,
    "torch.nn.Hardtanh": _HARDTANH,
    "torch.nn.LeakyReLU": _LEAKY_RELU,
    "torch.nn.LogSigmoid": _LOGSIGMOID,
    "torch.nn.Mish": _MISH,
    "torch.nn.PReLU": ActivationSpec("prelu", "init", 1, 0.25),
    "torch.nn.RReLU": _RRELU,
    "torch.nn.ReLU": _RELU,
    "torch.nn.ReLU6": _RELU6,
    "torch.nn.SELU": _SELU,
    "torch.nn.SiLU": _SILU,
    "torch.nn.Sigmoid": _SIGMOID,
    "torch.nn.Softplus": _SOFTPLUS,
    "torch.nn.Softshrink": _SOFTSHRINK,
    "torch.nn.Softsign": _SOFTSIGN,
    "torch.nn.Tanh": _TANH,
    "torch.nn.Tanhshrink": _TANHSHRINK,
}
"""Layers of torch; positions count constructor arguments."""

# The slope of torch.nn.functional.prelu is a tensor argument, so no number is read from the call.
FUNCTIONS: Final[Mapping[str, ActivationSpec]] = {
    "torch.nn.functional.celu": _CELU,
    "torch.nn.functional.celu_": _CELU,
    "torch.nn.functional.elu": _ELU,
    "torch.nn.functional.elu_": _ELU,
    "torch.nn.functional.gelu": _GELU,
    "torch.nn.functional.glu": _GLU,
    "torch.nn.functional.hardshrink": _HARDSHRINK,
    "torch.nn.functional.hardsigmoid": _HARDSIGMOID,
    "torch.nn.functional.hardswish": _HARDSWISH,
    "torch.nn.functional.hardtanh": _HARDTANH,
    "torch.nn.functional.hardtanh_": _HARDTANH,
    "torch.nn.functional.leaky_relu": _LEAKY_RELU,
    "torch.nn.functional.leaky_relu_": _LEAKY_RELU,
    "torch.nn.functional.logsigmoid": _LOGSIGMOID,
    "torch.nn.functional.mish": _MISH,
    "torch.nn.functional.prelu": ActivationSpec("prelu"),
    "torch.nn.functional.relu": _RELU,
    "torch.nn.functional.relu6": _RELU6,
    "torch.nn.functional.relu_": _RELU,
    "torch.nn.functional.rrelu": _RRELU,
    "torch.nn.functional.rrelu_": _RRELU,
    "torch.nn.functional.selu": _SELU,
    "torch.nn.functional.selu_": _SELU,
    "torch.nn.functional.sigmoid": _SIGMOID,
    "torch.nn.functional.silu": _SILU,
    "torch.nn.functional.softplus": _SOFTPLUS,
    "torch.nn.functional.softshrink": _SOFTSHRINK,
    "torch.nn.functional.softsign": _SOFTSIGN,
    "torch.nn.functional.tanh": _TANH,
    "torch.nn.functional.tanhshrink": _TANHSHRINK,
    "torch.abs": _ABS,
    "torch.absolute": _ABS,
    "torch.arctan": _ARCTAN,
    "torch.atan": _ARCTAN,
    "torch.celu": _CELU,
    "torch.celu_": _CELU,
    "torch.cos": _COS,
    "torch.erf": _ERF,
    "torch.exp": _EXP,
    "torch.hardshrink": _HARDSHRINK,
    "torch.prelu": ActivationSpec("prelu"),
    "torch.relu": _RELU,
    "torch.relu_": _RELU,
    "torch.rrelu": _RRELU,
    "torch.rrelu_": _RRELU,
    "torch.selu": _SELU,
    "torch.selu_": _SELU,
    "torch.sgn": _SIGN,
    "torch.sigmoid": _SIGMOID,
    "torch.sigmoid_": _SIGMOID,
    "torch.sign": _SIGN,
    "torch.sin": _SIN,
    "torch.special.erf": _ERF,
    "torch.special.expit": _SIGMOID,
    "torch.square": _SQUARE,
    "torch.tanh": _TANH,
    "torch.tanh_": _TANH,
}
"""Functions; positions count the arguments after the input."""

# clamp is no ReLU: what it does depends on its bounds.
METHODS: Final[Mapping[str, ActivationSpec]] = {
    "abs": _ABS,
    "absolute": _ABS,
    "arctan": _ARCTAN,
    "atan": _ARCTAN,
    "cos": _COS,
    "erf": _ERF,
    "exp": _EXP,
    "hardshrink": _HARDSHRINK,
    "prelu": ActivationSpec("prelu"),
    "relu": _RELU,
    "relu_": _RELU,
    "sgn": _SIGN,
    "sigmoid": _SIGMOID,
    "sigmoid_": _SIGMOID,
    "sign": _SIGN,
    "sin": _SIN,
    "square": _SQUARE,
    "tanh": _TANH,
    "tanh_": _TANH,
}
"""Tensor methods by bare name; positions count the arguments after the tensor."""

BY_NAME: Final[Mapping[str, str]] = {
    "abs": "abs",
    "celu": "celu",
    "elu": "elu",
    "gelu": "gelu",
    "gelu_accurate": "gelu_tanh",
    "gelu_fast": "gelu_tanh",
    "gelu_new": "gelu_tanh",
    "gelu_python": "gelu",
    "gelu_python_tanh": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "gelu_tanh": "gelu_tanh",
    "hard_sigmoid": "hardsigmoid",
    "hard_swish": "hardswish",
    "hardsigmoid": "hardsigmoid",
    "hardswish": "hardswish",
    "identity": "identity",
    "leaky_relu": "leaky_relu",
    "leakyrelu": "leaky_relu",
    "linear": "identity",
    "lrelu": "leaky_relu",
    "mish": "mish",
    "none": "identity",
    "prelu": "prelu",
    "quick_gelu": "quick_gelu",
    "relu": "relu",
    "relu2": "relu_squared",
    "relu6": "relu6",
    "relu_squared": "relu_squared",
    "selu": "selu",
    "sigmoid": "sigmoid",
    "silu": "silu",
    "sin": "sin",
    "softplus": "softplus",
    "softsign": "softsign",
    "star_relu": "star_relu",
    "swish": "silu",
    "tanh": "tanh",
}
"""Names that string registries use (ACT2FN of transformers, ``get_activation``), in lower case."""

OTHER_CLASSES: Final[Mapping[str, ActivationSpec]] = {
    "diffusers.models.activations.FP32SiLU": _SILU,
    "mmcv.cnn.Swish": _SILU,
    "timm.layers.GELU": ActivationSpec("gelu"),  # its argument is inplace
    "timm.layers.GELUTanh": _GELU_TANH,
    "timm.layers.HardSigmoid": _HARDSIGMOID,
    "timm.layers.HardSwish": _HARDSWISH,
    "timm.layers.Mish": _MISH,
    "timm.layers.QuickGELU": _QUICK_GELU,
    "timm.layers.Sigmoid": _SIGMOID,
    "timm.layers.Swish": _SILU,
    "timm.layers.Tanh": _TANH,
    "transformers.activations.AccurateGELUActivation": _GELU_TANH,
    "transformers.activations.FastGELUActivation": _GELU_TANH,
    "transformers.activations.GELUActivation": ActivationSpec("gelu"),
    "transformers.activations.GELUTanh": _GELU_TANH,
    "transformers.activations.LinearActivation": _IDENTITY,
    "transformers.activations.MishActivation": _MISH,
    "transformers.activations.NewGELUActivation": _GELU_TANH,
    "transformers.activations.PytorchGELUTanh": _GELU_TANH,
    "transformers.activations.QuickGELUActivation": _QUICK_GELU,
    "transformers.activations.ReLUSquaredActivation": _RELU_SQUARED,
    "transformers.activations.SiLUActivation": _SILU,
}
"""Activation classes of other libraries."""
