"""Recurrent layers: their cell and how many gate blocks their weights stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from winit_lint.ir.model import Layer, LayerKind, Model, Parameter

_CELLS = {"LSTM": ("LSTM", 4), "GRU": ("GRU", 3), "RNN": ("RNN", 1)}


@final
@dataclass(frozen=True, slots=True)
class Cell:
    """A recurrent torch layer. ``kind`` is "LSTM", "GRU" or "RNN"; ``gates`` blocks of (hidden, ...) are stacked."""

    kind: str
    gates: int
    layer: Layer


def recurrent_cells(model: Model) -> tuple[Cell, ...]:
    """The recurrent layers of torch's own classes, or derived from them, in order of construction."""
    return tuple(cell for layer in model.layers if (cell := _cell(layer)) is not None)


def weights_of(model: Model, cell: Cell, part: str) -> tuple[Parameter, ...]:
    """The weights of all its layers and directions; ``part`` is "ih" (input to hidden) or "hh" (hidden to hidden)."""
    return tuple(p for p in model.of_layer(cell.layer.path) if p.role.startswith(f"weight_{part}"))


def _cell(layer: Layer) -> Cell | None:
    if layer.kind is not LayerKind.RECURRENT:
        return None
    for name in (layer.cls, *layer.bases):
        short = name.rpartition(".")[2].removesuffix("Cell")
        if name.startswith("torch.nn.") and short in _CELLS:
            return Cell(*_CELLS[short], layer)
    return None
