"""True fans of raw parameters, from how the flow uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winit_lint.ir.flow import Flow, OpKind
from winit_lint.ir.size import Number, SizeExpr, product

if TYPE_CHECKING:
    from winit_lint.interpreter.lower import Lowering

_LINEAR = frozenset({"torch.nn.functional.linear"})
_PRODUCTS = frozenset(
    {
        "torch.matmul",
        "torch.mm",
        "torch.Tensor.matmul",
        "torch.Tensor.mm",
        "torch.addmm",
        "torch.spmm",
        "torch.sparse.mm",
    }
)
_CONV = frozenset({f"torch.nn.functional.conv{n}d" for n in (1, 2, 3)})


def fans_by_use(lowering: Lowering, flows: tuple[Flow, ...]) -> dict[str, tuple[Number | None, Number | None]]:
    """(fan_in, fan_out) by parameter name; a parameter used in two different ways has none."""
    found: dict[str, set[tuple[Number | None, Number | None]]] = {}
    for flow in flows:
        for op in flow.ops:
            if op.kind is not OpKind.WEIGHT or op.layer or not op.parameters or flow.makes_weight(op):
                continue
            name = op.parameters[0]
            tensor = lowering.tensors[name][3]
            found.setdefault(name, set()).add(_fans(op.name, bool(op.args.get("transposed")), tensor.shape))
    return {name: next(iter(fans)) for name, fans in found.items() if len(fans) == 1}


def _fans(name: str, transposed: bool, shape: tuple[Number | None, ...] | None) -> tuple[Number | None, Number | None]:
    if shape is None or len(shape) < 2:
        return None, None
    sizes = tuple(_known(dim) for dim in shape)
    if name in _LINEAR | _PRODUCTS and len(sizes) == 2:
        return (sizes[0], sizes[1]) if transposed else (sizes[1], sizes[0])
    if name in _CONV and len(sizes) == 3 + int(name[-2]) - 1 and not transposed:
        kernel = [s for s in sizes[2:] if s is not None]
        if len(kernel) == len(sizes) - 2 and sizes[0] is not None and sizes[1] is not None:
            field = product(tuple(kernel))
            return sizes[1] * field, None
    return None, None


def _known(dim: Number | None) -> Number | None:
    if isinstance(dim, SizeExpr) and any("?" in atom for atom in dim.atoms):
        return None
    return dim
