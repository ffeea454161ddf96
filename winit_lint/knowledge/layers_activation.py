"""Activation layers (``torch/nn/modules/activation.py``). PReLU is the only one with a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.knowledge.signature import DEVICE, sig
from winit_lint.knowledge.spec import LayerSpec, ParameterSpec

Signature = tuple[tuple[str, Any], ...]

_SLOPE = ParameterSpec("weight", lambda a: (a.num_parameters,), lambda a: ("torch.nn.init.constant_", {"val": a.init}))


def _activation(name: str, activation: str, signature: Signature, *inherits: str) -> LayerSpec:
    return LayerSpec(
        f"torch.nn.{name}",
        LayerKind.ACTIVATION,
        signature,
        inherits=inherits,
        op=OpKind.ACTIVATION,
        activation=activation,
    )


def _softmax(name: str, signature: Signature) -> LayerSpec:
    return LayerSpec(f"torch.nn.{name}", LayerKind.ACTIVATION, signature, op=OpKind.SOFTMAX)


def _opaque(name: str, signature: Signature) -> LayerSpec:
    return LayerSpec(f"torch.nn.{name}", LayerKind.ACTIVATION, signature, op=OpKind.UNKNOWN)


ACTIVATION: Final[Mapping[str, LayerSpec]] = {
    "torch.nn.CELU": _activation("CELU", "celu", sig(alpha=1.0, inplace=False)),
    "torch.nn.ELU": _activation("ELU", "elu", sig(alpha=1.0, inplace=False)),
    "torch.nn.GELU": _activation("GELU", "gelu", sig(approximate="none")),
    "torch.nn.GLU": _activation("GLU", "glu", sig(dim=-1)),
    "torch.nn.Hardshrink": _activation("Hardshrink", "hardshrink", sig(lambd=0.5)),
    "torch.nn.Hardsigmoid": _activation("Hardsigmoid", "hardsigmoid", sig(inplace=False)),
    "torch.nn.Hardswish": _activation("Hardswish", "hardswish", sig(inplace=False)),
    "torch.nn.Hardtanh": _activation(
        "Hardtanh", "hardtanh", sig(min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None)
    ),
    "torch.nn.LeakyReLU": _activation("LeakyReLU", "leaky_relu", sig(negative_slope=0.01, inplace=False)),
    "torch.nn.LogSigmoid": _activation("LogSigmoid", "logsigmoid", sig()),
    "torch.nn.LogSoftmax": _softmax("LogSoftmax", sig(dim=None)),
    "torch.nn.Mish": _activation("Mish", "mish", sig(inplace=False)),
    "torch.nn.RReLU": _activation("RReLU", "rrelu", sig(lower=0.125, upper=0.3333333333333333, inplace=False)),
    "torch.nn.ReLU": _activation("ReLU", "relu", sig(inplace=False)),
    "torch.nn.ReLU6": _activation("ReLU6", "relu6", sig(inplace=False), "torch.nn.Hardtanh"),
    "torch.nn.SELU": _activation("SELU", "selu", sig(inplace=False)),
    "torch.nn.SiLU": _activation("SiLU", "silu", sig(inplace=False)),
    "torch.nn.Sigmoid": _activation("Sigmoid", "sigmoid", sig()),
    "torch.nn.Softmax": _softmax("Softmax", sig(dim=None)),
    "torch.nn.Softmax2d": _softmax("Softmax2d", sig()),
    "torch.nn.Softmin": _softmax("Softmin", sig(dim=None)),
    "torch.nn.Softplus": _activation("Softplus", "softplus", sig(beta=1.0, threshold=20.0)),
    "torch.nn.Softshrink": _activation("Softshrink", "softshrink", sig(lambd=0.5)),
    "torch.nn.Softsign": _activation("Softsign", "softsign", sig()),
    "torch.nn.Tanh": _activation("Tanh", "tanh", sig()),
    "torch.nn.Tanhshrink": _activation("Tanhshrink", "tanhshrink", sig()),
    "torch.nn.Threshold": _opaque("Threshold", sig("threshold", "value", inplace=False)),
    "torch.nn.PReLU": LayerSpec(
        "torch.nn.PReLU",
        LayerKind.ACTIVATION,
        sig(num_parameters=1, init=0.25, **DEVICE),
        parameters=lambda _: (_SLOPE,),
        op=OpKind.ACTIVATION,
        activation="prelu",
    ),
}
