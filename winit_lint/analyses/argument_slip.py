"""Arguments of an initializer that certainly landed in another place than they were meant for."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.scheme import is_kaiming, is_xavier
from winit_lint.ir.size import SizeExpr, known
from winit_lint.ir.write import Effect, Write

_LOOKS_LIKE_STD = 0.1  # a mean or gain up to here, passed alone by position, is a std that went astray
_MODES = frozenset({"fan_in", "fan_out"})


@final
class Reach(enum.Enum):
    """On which tensors the call is certainly a slip."""

    RAISES = "raises"  # on any: the call raises
    ANY = "any"  # on any: nobody wants these values
    WEIGHT = "weight"  # on a matrix that multiplies the signal
    HIDDEN = "hidden"  # on such a matrix whose output is read on with no normalisation between
    SLOPE = "slope"  # on any, unless a LeakyReLU of that slope follows


@final
@dataclass(frozen=True, slots=True)
class Slip:
    """What the call does (``text``, completing "``the call``: ...") and what it was probably meant to do."""

    reach: Reach
    text: str
    advice: str


def slip_of(write: Write) -> Slip | None:
    """The slip in one call; None where there is none or an argument that decides is not known."""
    name = write.name.rstrip("_")
    if name == "normal":
        return _normal(write)
    if name == "trunc_normal":
        return _trunc_normal(write)
    if name == "uniform":
        return _uniform(write)
    if is_xavier(write):
        return _xavier(write)
    if is_kaiming(write):
        return _kaiming(write)
    return None


def _normal(write: Write) -> Slip | None:
    mean, std = known(write.args.get("mean", 0.0)), known(write.args.get("std", 1.0))
    if std is not None and std < 0:
        return Slip(Reach.RAISES, f"raises RuntimeError: the std {std:g} is negative", "pass the mean first, then std")
    if mean is None or std is None or not _as_drawn(write, mean):
        return None
    alone = "std" not in write.given
    if alone and not write.given:
        return Slip(Reach.HIDDEN, "draws N(0, 1): std 1 whatever the fan", "scale it by the fan (kaiming_normal_)")
    if alone and "mean" in write.positional and mean != 0:
        reach = Reach.ANY if abs(mean) <= _LOOKS_LIKE_STD else Reach.WEIGHT
        return Slip(reach, f"sets the mean to {mean:g} and leaves the std at 1", f"write std={mean:g}")
    if not {"mean", "std"} <= set(write.positional) or mean == 0:
        return None
    swapped = std == 0 or (abs(mean) <= _LOOKS_LIKE_STD and std >= 1) or abs(mean) >= 5 * std
    if not swapped:
        return None
    text = f"makes every entry {mean:g}" if std == 0 else f"draws with mean {mean:g} and std {std:g}"
    return Slip(Reach.WEIGHT, text, f"the mean comes first: ({std:g}, {mean:g}) was probably meant")


def _trunc_normal(write: Write) -> Slip | None:
    low, high = known(write.args.get("a", -2.0)), known(write.args.get("b", 2.0))
    if low is not None and high is not None and low > high:
        return Slip(Reach.RAISES, f"raises: the lower bound {low:g} is above the upper one {high:g}", "swap a and b")
    mean = known(write.args.get("mean", 0.0))
    if mean is not None and low is not None and high is not None and not low < mean < high:
        if "mean" in write.positional:
            text = f"sets the mean to {mean:g}, on or outside the bounds {low:g} and {high:g}"
            return Slip(Reach.ANY, text, "mean and std come before the bounds a and b")
        return None
    if mean is None or known(write.args.get("std", 1.0)) is None or write.distribution.std is None:
        return None
    if "std" not in write.given and "mean" in write.positional and mean != 0:
        reach = Reach.ANY if abs(mean) <= _LOOKS_LIKE_STD else Reach.WEIGHT
        return Slip(reach, f"sets the mean to {mean:g} and leaves the std at 1 (0.88 drawn)", f"write std={mean:g}")
    return None


def _uniform(write: Write) -> Slip | None:
    keys = ("from", "to") if "from" in write.args or "to" in write.args else ("a", "b")
    low, high = known(write.args.get(keys[0], 0.0)), known(write.args.get(keys[1], 1.0))
    if low is None or high is None:
        return None
    if low > high:
        text = f"raises RuntimeError: the lower bound {low:g} is above the upper one {high:g}"
        centred = f"normal_(w, {low:g}, {high:g}) was probably meant" if low == 1 else "the lower bound comes first"
        return Slip(Reach.RAISES, text, centred)
    if known(write.distribution.mean) is None or not _as_drawn(write, (low + high) / 2):
        return None
    if low == high:
        return None if low == 0 else Slip(Reach.WEIGHT, f"makes every entry {low:g}", "the bounds must differ")
    if keys[1] in write.given or low <= -1:
        return None
    if low == 0:
        return Slip(Reach.WEIGHT, "draws U(0, 1), whose mean is 0.5", "pass both bounds, such as -bound and bound")
    if keys[0] in write.positional or low < 0:
        bound = abs(low)
        text = f"draws U({low:g}, 1), whose mean is {(low + 1) / 2:g}"
        return Slip(Reach.WEIGHT, text, f"U({-bound:g}, {bound:g}) was probably meant")
    return None


def _xavier(write: Write) -> Slip | None:
    gain = write.args.get("gain", 1.0)
    if isinstance(gain, str) and gain != "?":
        text = f'raises TypeError: the gain is the string "{gain}"'
        return Slip(Reach.RAISES, text, f'write gain=nn.init.calculate_gain("{gain}")')
    value = known(gain)
    if value is None or "gain" not in write.positional or not 0 < value <= _LOOKS_LIKE_STD:
        return None
    text = f"sets the gain to {value:g}: the std becomes {value:g} times Xavier's"
    return Slip(Reach.WEIGHT, text, f"normal_(w, std={value:g}) or a gain near 1 was probably meant")


def _kaiming(write: Write) -> Slip | None:
    slope, mode = write.args.get("a", 0), write.args.get("mode", "fan_in")
    if mode != "?" and not isinstance(mode, SizeExpr) and (not isinstance(mode, str) or mode.lower() not in _MODES):
        shown = f'"{mode}"' if isinstance(mode, str) else str(mode)
        return Slip(Reach.RAISES, f"raises: {shown} stands in the place of the mode", 'write mode="fan_in" by name')
    if isinstance(slope, str) and slope != "?":
        if write.args.get("nonlinearity", "leaky_relu") == "leaky_relu":
            text = f'raises ValueError: "{slope}" stands in the place of the slope a'
            return Slip(Reach.RAISES, text, f'write {_keyword(slope)}="{slope}"')
        text = f'puts "{slope}" in the place of the slope, where it is ignored: the mode stays "{mode}"'
        return Slip(Reach.ANY, text, f'write {_keyword(slope)}="{slope}"')
    value = known(slope)
    if value is None or "a" not in write.positional or not 0 < abs(value) < _LOOKS_LIKE_STD:
        return None
    if write.args.get("nonlinearity", "leaky_relu") != "leaky_relu":
        return None
    text = f"sets the slope a to {value:g}, which leaves the std as it was"
    return Slip(Reach.SLOPE, text, f"normal_(w, std={value:g}) was probably meant")


def _keyword(value: str) -> str:
    return "mode" if value.lower() in _MODES else "nonlinearity"


def _as_drawn(write: Write, mean: float) -> bool:
    """The tensor still holds what the call drew: later arithmetic (``.sub_(0.5)``) would move the mean."""
    held = known(write.distribution.mean)
    return held is not None and abs(held - mean) <= 1e-9 * max(1.0, abs(mean)) and write.effect is Effect.APPLIED
