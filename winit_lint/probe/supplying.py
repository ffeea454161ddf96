"""Arguments for a target that was named without them: small numbers by the words of a parameter's name.

This is guessing. It happens only where it is asked for, and the report says what was supplied. All widths are one
number that the numbers of heads and groups divide.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, Final

import torch

_WIDTH: Final = 64
_DEPTH: Final = 2  # of configurations inside configurations

_WORDS: Final[tuple[tuple[frozenset[str], int | float], ...]] = (
    (frozenset({"idx", "index", "id"}), 0),
    (frozenset({"vocab", "vocabulary", "embeddings", "ntoken", "ntokens", "words", "v"}), 100),
    (frozenset({"classes", "nclass", "nclasses", "labels", "tags", "tagset"}), 10),
    (frozenset({"heads", "nhead", "nheads", "h"}), 4),
    (
        frozenset(
            {
                "layers", "depth", "blocks", "nlayers", "nlayer", "stages", "nblocks", "levels", "level", "reps",
                "radix", "cardinality", "branches",
            }
        ),
        2,
    ),
    (frozenset({"experts", "rank", "r", "topk", "patch", "ratio", "expansion", "reduction", "bands"}), 4),
    (frozenset({"kernel", "ks", "k", "ksize"}), 3),
    (frozenset({"img", "image", "resolution"}), 32),
    (
        frozenset(
            {
                "len", "length", "seq", "positions", "position", "context", "max", "steps", "tokens", "queries",
                "frames",
            }
        ),
        16,
    ),
    (frozenset({"stride", "dilation", "groups", "padding"}), 1),
    (frozenset({"std", "sigma", "stddev", "range"}), 0.02),
    (frozenset({"eps", "epsilon"}), 1e-5),
    (frozenset({"dropout", "drop", "p", "rate", "prob", "momentum"}), 0.0),
    (frozenset({"gain", "scale", "alpha", "beta", "gamma", "temperature"}), 1.0),
    (
        frozenset(
            {
                "dim", "dims", "width", "hidden", "size", "features", "feature", "feat", "channels", "channel", "chans",
                "ch", "planes", "embed", "emb", "model", "units", "in", "out", "inp", "oup", "input", "output", "inner",
                "latent", "filters", "state", "nhid", "ninp", "mid", "nf", "d", "c", "n", "inplanes", "dmodel", "head",
                "hid", "outplanes", "nfeat", "chs", "inputs", "outputs", "pdim", "i", "o", "e",
            }
        ),
        _WIDTH,
    ),
)  # fmt: skip
"""In this order: the first set with a word of the name, but for widths of parts (``head_dim``)."""

_CONFIGURATIONS: Final = frozenset({"config", "cfg", "conf", "args", "opt", "hparams"})


def supplied(
    made: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], module: ModuleType, depth: int = _DEPTH
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What ``made`` needs beyond what it is given, and the same as text; what can't be worked out is left out."""
    found: dict[str, Any] = {}
    told: list[str] = []
    for parameter in missing(made, args, kwargs):
        value, text = _value(parameter, module, depth)
        if text:
            found[parameter.name] = value
            told.append(f"{parameter.name}={text}")
    return found, tuple(told)


def _parameters(made: Callable[..., Any]) -> Sequence[inspect.Parameter]:
    try:
        return list(inspect.signature(made).parameters.values())
    except (TypeError, ValueError):
        return ()


def unknown(made: Callable[..., Any], kwargs: Mapping[str, Any]) -> Iterator[str]:
    """The names among ``kwargs`` that ``made`` has no parameter for."""
    parameters = _parameters(made)
    if parameters and not any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters):
        names = {each.name for each in parameters if each.kind is not inspect.Parameter.POSITIONAL_ONLY}
        yield from (name for name in kwargs if name not in names)


def missing(made: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Iterator[inspect.Parameter]:
    """The parameters without a default that ``made`` is not given."""
    named = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
    for place, parameter in enumerate(_parameters(made)):
        given = parameter.name in kwargs or (place < len(args) and parameter.kind is not inspect.Parameter.KEYWORD_ONLY)
        if parameter.kind in named and parameter.default is parameter.empty and not given:
            yield parameter


def _value(parameter: inspect.Parameter, module: ModuleType, depth: int) -> tuple[Any, str]:
    kind = parameter.annotation
    if isinstance(kind, str):
        kind = {"int": int, "float": float, "bool": bool, "str": str}.get(kind, getattr(module, kind, None))
    if kind is bool:
        return False, "False"
    cls = _configuration(parameter.name, kind, module)
    if cls is not None:
        return _configured(cls, module, depth)
    if kind not in {int, float, None, parameter.empty}:
        return None, ""
    number = _number(parameter.name)
    if number is None and kind is int:
        number = _WIDTH
    if number is None or (kind is int and not isinstance(number, int)):
        return None, ""
    return number, repr(number)


def _number(name: str) -> int | float | None:
    words = set(name.lower().split("_"))
    if "head" in words and words & {"dim", "size", "channels", "width"}:
        return _WIDTH // 4
    if words & {"n", "num"} and "head" in words:
        return 4
    if words & {"n", "num", "per"} and words & {"layer", "block"}:
        return 2
    if {"block", "size"} <= words:  # GPT's length
        return 16
    return next((value for each, value in _WORDS if words & each), None)


def _configuration(name: str, kind: Any, module: ModuleType) -> type | None:
    """The class of a configuration: the annotated one, or the only one of the module that is called so."""
    if isinstance(kind, type) and kind is not inspect.Parameter.empty:
        ours = kind.__module__ == module.__name__ and not issubclass(kind, torch.nn.Module)
        return kind if ours else None
    if name not in _CONFIGURATIONS:
        return None
    classes = [each for each in vars(module).values() if isinstance(each, type)]
    found = [each for each in classes if "config" in each.__name__.lower() and not issubclass(each, torch.nn.Module)]
    return found[0] if len(found) == 1 else None


def _configured(cls: type, module: ModuleType, depth: int) -> tuple[Any, str]:
    if not depth:
        return None, ""
    values, told = supplied(cls, (), {}, module, depth - 1)
    try:
        return cls(**values), f"{cls.__name__}({', '.join(told)})"
    except Exception:  # the project's code may raise anything; then the target says what it lacks
        return None, ""
