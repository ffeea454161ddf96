"""What an operation of torch's dispatcher does to memory, from its schema."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, final

from winit_lint.knowledge.factories import FACTORIES
from winit_lint.knowledge.initializers import INITIALIZERS
from winit_lint.knowledge.tensor_methods import TENSOR_METHODS

_SHAPE_ONLY = frozenset(
    {
        "as_strided_", "detach_", "rename_", "set_", "squeeze_", "swapaxes_", "swapdims_", "t_", "transpose_",
        "unsqueeze_",
    }
)  # fmt: skip
"""In-place methods that move no numbers."""
PARTIAL = frozenset(
    {
        "_index_put_impl_", "index_add_", "index_copy_", "index_fill_", "index_put_", "masked_fill_", "masked_scatter_",
        "put_", "scatter_", "scatter_add_", "scatter_reduce_", "fill_diagonal_", "tril_", "triu_",
    }
)  # fmt: skip
"""In-place methods that reach some of the entries."""
_SAME = {"new_empty_strided": "new_empty", "lift_fresh": "tensor", "normal_functional": "normal"}


@final
@dataclass(frozen=True, slots=True)
class Operation:
    """One overload.

    ``name`` is the bare name with its underscore (``normal_``). ``written`` are the names of the arguments that are
    written to; ``fresh`` says that the result may be new memory; ``partial`` that only some entries of a tensor that
    it writes are meant. ``factory`` is the key of ``FACTORIES`` that it would have.
    """

    name: str
    arguments: tuple[str, ...]
    written: tuple[str, ...]
    fresh: bool
    partial: bool
    factory: str

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments that were passed, by name."""
        return dict(zip(self.arguments, args, strict=False)) | kwargs

    def factor(self, args: tuple[Any, ...]) -> tuple[float, float] | None:
        """(factor, offset) where the result is ``factor * x + offset`` for a tensor and numbers; None elsewhere."""
        number = next((a for a in args if isinstance(a, (int, float)) and not isinstance(a, bool)), None)
        if self.name == "neg":
            return -1.0, 0.0
        if number is None or len(args) != 2:
            return None
        first = not isinstance(args[0], (int, float))
        match self.name:
            case "mul":
                return float(number), 0.0
            case "div" if first and number:
                return 1.0 / number, 0.0
            case "add":
                return 1.0, float(number)
            case "sub" if first:
                return 1.0, -float(number)
            case "rsub":
                return -1.0, float(number)
        return None


def is_draw(init: str) -> bool:
    """Whether a write of this name draws at random; what is computed from a draw keeps its name."""
    spec = INITIALIZERS.get(init) or TENSOR_METHODS.get(init.removeprefix("torch.Tensor."))
    if spec is not None:
        return spec.random
    factory = FACTORIES.get(init)
    return factory is not None and factory.random


@cache
def operation(overload: Any) -> Operation:
    """What an overload does."""
    schema = overload._schema
    name = schema.name.rpartition("::")[2]
    written = tuple(a.name for a in schema.arguments if a.alias_info is not None and a.alias_info.is_write)
    if name in _SHAPE_ONLY:
        written = ()
    fresh = not written and any(r.alias_info is None for r in schema.returns) and name not in _SHAPE_ONLY
    shown = _SAME.get(name, name)
    factory = f"torch.Tensor.{shown}" if shown.startswith("new_") else f"torch.{shown}"
    return Operation(name, tuple(a.name for a in schema.arguments), written, fresh, name in PARTIAL, factory)
