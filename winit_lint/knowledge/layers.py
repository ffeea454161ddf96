"""The layers of torch by public qualified name: signature, parameters, torch's own initialisation, fans.

For torch 2.13. The tables of the families stand in ``layers_*.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from winit_lint.knowledge.layers_activation import ACTIVATION
from winit_lint.knowledge.layers_attention import ATTENTION, RESETS
from winit_lint.knowledge.layers_conv import CONV
from winit_lint.knowledge.layers_dense import DENSE
from winit_lint.knowledge.layers_library import LIBRARY
from winit_lint.knowledge.layers_loss import LOSS
from winit_lint.knowledge.layers_norm import NORM
from winit_lint.knowledge.layers_recurrent import GATES, RECURRENT
from winit_lint.knowledge.layers_shape import SHAPE, VARIADIC
from winit_lint.knowledge.spec import LayerSpec

__all__ = ["GATES", "LAYERS", "RESETS", "VARIADIC"]

LAYERS: Final[Mapping[str, LayerSpec]] = {
    **DENSE,
    **CONV,
    **RECURRENT,
    **ATTENTION,
    **NORM,
    **ACTIVATION,
    **SHAPE,
    **LOSS,
    **LIBRARY,
}
