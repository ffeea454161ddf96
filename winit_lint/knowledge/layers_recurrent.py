"""Recurrent layers and cells (``torch/nn/modules/rnn.py``).

Every tensor starts as U(+-1/sqrt(hidden_size)), whatever the input size. The stacked matrices hold one block of
``hidden_size`` rows a gate: i, f, g, o for LSTM and r, z, n for GRU. ``fan_out`` is that of one block.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import Number
from winit_lint.knowledge.signature import DEVICE, bound, sig, uniform_within
from winit_lint.knowledge.spec import Arguments, LayerSpec, ParameterSpec

GATES: Final[Mapping[str, tuple[str, ...]]] = {
    "torch.nn.RNN": ("h",),
    "torch.nn.LSTM": ("i", "f", "g", "o"),
    "torch.nn.GRU": ("r", "z", "n"),
    "torch.nn.RNNCell": ("h",),
    "torch.nn.LSTMCell": ("i", "f", "g", "o"),
    "torch.nn.GRUCell": ("r", "z", "n"),
}
"""The gates stacked along dimension 0, in order."""

_MODES: Final[Mapping[str, int]] = {"RNN_TANH": 1, "RNN_RELU": 1, "LSTM": 4, "GRU": 3}


def _default(a: Arguments) -> tuple[str, Mapping[str, Any]]:
    return uniform_within(bound(a.hidden_size))


def _matrix(name: str, rows: Number, columns: Number, block: Number) -> ParameterSpec:
    return ParameterSpec(name, lambda _: (rows, columns), _default, lambda _: columns, lambda _: block)


def _bias(name: str, rows: Number) -> ParameterSpec:
    return ParameterSpec(name, lambda _: (rows,), _default)


def _stacked(a: Arguments, gates: int) -> tuple[ParameterSpec, ...]:
    """The tensors of every layer and direction; one layer named ``*`` stands for those of an unknown count."""
    projection = getattr(a, "proj_size", 0)
    state = projection or a.hidden_size
    rows = gates * a.hidden_size
    suffixes = ("", "_reverse") if a.bidirectional else ("",)
    layers = range(a.num_layers) if isinstance(a.num_layers, int) else (0, "*")
    found: list[ParameterSpec] = []
    for layer in layers:
        inputs = a.input_size if layer == 0 else state * len(suffixes)
        for suffix in suffixes:
            end = f"_l{layer}{suffix}"
            found.append(_matrix(f"weight_ih{end}", rows, inputs, a.hidden_size))
            found.append(_matrix(f"weight_hh{end}", rows, state, a.hidden_size))
            if a.bias:
                found += (_bias(f"bias_ih{end}", rows), _bias(f"bias_hh{end}", rows))
            if projection:
                found.append(_matrix(f"weight_hr{end}", projection, a.hidden_size, projection))
    return tuple(found)


def _cell(a: Arguments, gates: int) -> tuple[ParameterSpec, ...]:
    rows = gates * a.hidden_size
    return (
        _matrix("weight_ih", rows, a.input_size, a.hidden_size),
        _matrix("weight_hh", rows, a.hidden_size, a.hidden_size),
        ParameterSpec("bias_ih", lambda a: (rows,) if a.bias else None, _default),
        ParameterSpec("bias_hh", lambda a: (rows,) if a.bias else None, _default),
    )


_OPTIONS: Final[Mapping[str, Any]] = {"bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}
_BASE = ("torch.nn.RNNBase",)
_CELL_BASE = ("torch.nn.RNNCellBase",)

# proj_size stands in all three positional orders, but RNN and GRU reject it as a keyword.
RECURRENT: Final[Mapping[str, LayerSpec]] = {
    "torch.nn.RNNBase": LayerSpec(
        "torch.nn.RNNBase",
        LayerKind.RECURRENT,
        sig("mode", "input_size", "hidden_size", num_layers=1, **_OPTIONS, proj_size=0, **DEVICE),
        parameters=lambda a: _stacked(a, _MODES[a.mode]),
        op=OpKind.RECURRENT,
    ),
    "torch.nn.RNN": LayerSpec(
        "torch.nn.RNN",
        LayerKind.RECURRENT,
        sig("input_size", "hidden_size", num_layers=1, nonlinearity="tanh", **_OPTIONS, proj_size=0, **DEVICE),
        parameters=lambda a: _stacked(a, 1),
        inherits=_BASE,
        op=OpKind.RECURRENT,
    ),
    "torch.nn.LSTM": LayerSpec(
        "torch.nn.LSTM",
        LayerKind.RECURRENT,
        sig("input_size", "hidden_size", num_layers=1, **_OPTIONS, proj_size=0, **DEVICE),
        parameters=lambda a: _stacked(a, 4),
        inherits=_BASE,
        op=OpKind.RECURRENT,
    ),
    "torch.nn.GRU": LayerSpec(
        "torch.nn.GRU",
        LayerKind.RECURRENT,
        sig("input_size", "hidden_size", num_layers=1, **_OPTIONS, proj_size=0, **DEVICE),
        parameters=lambda a: _stacked(a, 3),
        inherits=_BASE,
        op=OpKind.RECURRENT,
    ),
    "torch.nn.RNNCellBase": LayerSpec(
        "torch.nn.RNNCellBase",
        LayerKind.RECURRENT,
        sig("input_size", "hidden_size", "bias", "num_chunks", **DEVICE),
        parameters=lambda a: _cell(a, a.num_chunks),
        op=OpKind.RECURRENT,
    ),
    "torch.nn.RNNCell": LayerSpec(
        "torch.nn.RNNCell",
        LayerKind.RECURRENT,
        sig("input_size", "hidden_size", bias=True, nonlinearity="tanh", **DEVICE),
        parameters=lambda a: _cell(a, 1),
        inherits=_CELL_BASE,
        op=OpKind.RECURRENT,
    ),
    "torch.nn.LSTMCell": LayerSpec(
        "torch.nn.LSTMCell",
        LayerKind.RECURRENT,
        sig("input_size", "hidden_size", bias=True, **DEVICE),
        parameters=lambda a: _cell(a, 4),
        inherits=_CELL_BASE,
        op=OpKind.RECURRENT,
    ),
    "torch.nn.GRUCell": LayerSpec(
        "torch.nn.GRUCell",
        LayerKind.RECURRENT,
        sig("input_size", "hidden_size", bias=True, **DEVICE),
        parameters=lambda a: _cell(a, 3),
        inherits=_CELL_BASE,
        op=OpKind.RECURRENT,
    ),
}
