"""A model built without the memory of its large tensors: they are on the meta device, and what writes to them is kept.

Small tensors (norms, biases, tables of a constructor's arithmetic) are real. An operation that has to look at numbers
gets those that a replay gives, and where it writes to a real tensor it is carried out for real.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, final

import torch

from winit_lint.probe.calls import tensors_in
from winit_lint.probe.dispatch import LightMode
from winit_lint.probe.meta import FILLS
from winit_lint.probe.operation import PARTIAL, Operation, operation
from winit_lint.probe.replay import replayed
from winit_lint.probe.storage import storage_of
from winit_lint.probe.tape import Kept, Ref, Step, Tape, refs_in

SMALL: Final = 2**16
"""Entries up to which a tensor is real."""

_SIZED: Final = {"empty": 0, "empty_strided": 0, "zeros": 0, "ones": 0, "full": 0, "rand": 0, "randn": 0, "normal": 2}
"""Constructors of torch that are told a size, with its place among their arguments."""

_LIKE: Final = frozenset(
    {
        "new_empty", "new_zeros", "new_ones", "new_full", "empty_like", "zeros_like", "ones_like", "full_like",
        "rand_like", "randn_like", "new_empty_strided",
    }
)  # fmt: skip
"""Those that read nothing but the form of a tensor."""

_PURE: Final = frozenset(
    {
        "normal_", "uniform_", "fill_", "zero_", "copy_", "exponential_", "log_normal_", "cauchy_", "geometric_",
        "random_",
    }
)  # fmt: skip
"""In-place methods that do not read what they write to."""

_ENTRYWISE: Final = _PURE | {
    "mul_", "div_", "add_", "sub_", "neg_", "clamp_", "clamp_min_", "clamp_max_", "erfinv_", "erf_", "abs_", "exp_",
    "log_", "sqrt_", "pow_", "tanh_", "sigmoid_", "mul", "div", "add", "sub", "neg", "clone", "_to_copy", "clamp",
    "erf", "erfinv", "abs", "exp", "log", "sqrt", "pow", "tanh", "sigmoid",
}  # fmt: skip
_ENTRYWISE_INITIALIZERS: Final = frozenset({"torch.nn.init.trunc_normal_"})
_LOOKING: Final = frozenset({"_local_scalar_dense", "equal", "is_nonzero", "nonzero", "masked_select", "unique"})


class ReadOnlyError(Exception):
    """A build without memory can't follow what the program does; one line for the user."""


class _ValuesReadError(Exception):
    """An initializer looks at numbers: it becomes one step as a whole."""


@final
class Deferred(LightMode):
    """Puts the writes to large tensors on a tape; ``largest`` is the most bytes that a look at numbers may take."""

    def __init__(self, largest: int, small: int = SMALL) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.tape = Tape()
        self.looked = False  # numbers of the replay with seed 0 went into the program
        self.largest = largest
        self.small = small
        self._inside = False

    def initialise(self, name: str, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run an initializer, which becomes the steps that it takes, or one step where those depend on numbers."""
        tensor = next(tensors_in((*args, *kwargs.values())), None)
        if tensor is None or not tensor.is_meta:
            return original(*args, **kwargs)
        ref, start = self.tape.opened(tensor), len(self.tape.steps)
        outer, self._inside = self._inside, True
        try:
            original(*args, **kwargs)
            taken = any(ref.key in step.writes for step in self.tape.steps[start:])
        except _ValuesReadError:
            taken = False
        finally:
            self._inside = outer
        if not taken:
            self.tape.forget(start)
            whole = name in _ENTRYWISE_INITIALIZERS and ref.whole
            kept = self._named(args), self._named(kwargs)
            self._file(original, *kept, (), (ref,), kills=(ref.key,) if ref.whole else (), entrywise=whole)
        return tensor

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = dict(kwargs or {})
        tensors = list(tensors_in((*args, *given.values())))
        kind = operation(func)
        if str(given.get("device")) == "meta":
            given["device"] = torch.device("cpu")
        if not tensors and kind.name in _SIZED:
            return self._sized(func, kind, args, given)
        if not any(tensor.is_meta for tensor in tensors):
            return func(*args, **given)
        written = [t for name in kind.written for t in tensors_in(kind.bind(args, given).get(name))]
        small = kind.name == "_to_copy" and "device" in given and args[0].numel() <= self.small
        if kind.name in _LOOKING or small or any(not tensor.is_meta for tensor in written):
            return self._really(func, args, given)
        given.pop("device", None)
        if written:
            return self._written(func, kind, args, given, written)
        return self._made(func, kind, args, given, tensors)

    def _sized(self, func: Any, kind: Operation, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
        place = _SIZED[kind.name]
        size = args[place] if len(args) > place else given.get("size", ())
        if not isinstance(size, Sequence) or math.prod(size) <= self.small:
            return func(*args, **given)
        dtype = given.get("dtype")
        if dtype is None:
            dtype = torch.tensor(args[1]).dtype if kind.name == "full" else torch.get_default_dtype()
        made = torch.empty(size, dtype=dtype, device="meta")
        if kind.name == "empty_strided":
            made = torch.empty_strided(size, args[1], dtype=dtype, device="meta")
        values = args[:2] if kind.name == "normal" else args[1:2] if kind.name == "full" else ()
        self._fill(kind.name, self.tape.opened(made), values)
        return made

    def _fill(self, name: str, ref: Ref, values: tuple[Any, ...]) -> None:
        """The step that fills new memory as a constructor of this name does."""
        bare = name.removeprefix("new_").removesuffix("_like").removesuffix("_strided")
        fills: Mapping[str, tuple[Any, tuple[Any, ...]]] = {
            "zeros": (torch.Tensor.zero_, ()),
            "ones": (torch.Tensor.fill_, (1,)),
            "full": (torch.Tensor.fill_, values),
            "rand": (torch.Tensor.uniform_, ()),
            "randn": (torch.Tensor.normal_, ()),
            "normal": (torch.Tensor.normal_, values),
        }
        if bare in fills:
            call, more = fills[bare]
            self._file(call, (ref, *more), {}, (), (ref,), kills=(ref.key,), entrywise=ref.whole)

    def _written(
        self,
        func: Any,
        kind: Operation,
        args: tuple[Any, ...],
        given: dict[str, Any],
        written: Sequence[torch.Tensor],
    ) -> Any:
        targets = tuple(self.tape.opened(tensor) for tensor in written)
        result: Any = written[0] if len(written) == 1 else tuple(written)
        if kind.name not in FILLS and kind.name not in PARTIAL:
            # where torch has no such operation without memory, the step is the same
            with contextlib.suppress(NotImplementedError):
                result = func(*_placed(args), **_placed(given))
        named, more = self._named(args), self._named(given)
        pure = kind.name in _PURE or not kind.name.endswith("_")
        reads = [ref.key for ref in refs_in((named, more)) if not (pure and ref in targets)]
        kills = tuple(ref.key for ref in targets if pure and ref.whole and ref.key not in reads)
        entrywise = kind.name in _ENTRYWISE and _alike(named, more)
        self._file(func, named, more, tuple(reads), targets, kills=kills, entrywise=entrywise)
        return result

    def _made(
        self,
        func: Any,
        kind: Operation,
        args: tuple[Any, ...],
        given: dict[str, Any],
        tensors: Sequence[torch.Tensor],
    ) -> Any:
        """A view, which is no step, or new memory."""
        if kind.name in _LIKE:
            drawn = kind.name in {"rand_like", "randn_like"}
            made = torch.empty_like(args[0], dtype=given.get("dtype")) if drawn else func(*args, **given)
            self._fill(kind.name, self.tape.opened(made), args[-1:])
            return made
        try:
            result = func(*_placed(args), **_placed(given))
        except NotImplementedError:  # it depends on numbers
            return self._really(func, args, given)
        known = {storage_of(tensor) for tensor in tensors}
        fresh = tuple(self.tape.opened(each) for each in tensors_in(result) if storage_of(each) not in known)
        if fresh:
            named, more = self._named(args), self._named(given)
            reads = tuple(ref.key for ref in refs_in((named, more)))
            entrywise = kind.name in _ENTRYWISE and _alike(named, more, fresh)
            keys = tuple(ref.key for ref in fresh)
            self._file(func, named, more, reads, fresh, kills=keys, results=fresh, entrywise=entrywise)
        return result

    def _really(self, func: Any, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
        """Carried out on the numbers of a replay."""
        if self._inside:
            raise _ValuesReadError
        self.looked = True
        return func(*self._replayed(args), **self._replayed(given))

    def _replayed(self, value: Any) -> Any:
        if isinstance(value, torch.Tensor) and value.is_meta:
            return replayed(self.tape, self.tape.opened(value), 0, self.largest)[0]
        return _mapped(value, self._replayed)

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Inside, ``.numpy()`` and ``.tolist()`` give the numbers of a replay, which no operation of torch asks for.

        Raises:
            ReadOnlyError: the program wrote to such an array, which no tape has.
        """
        saved = {name: getattr(torch.Tensor, name) for name in ("numpy", "tolist")}
        for name, original in saved.items():
            setattr(torch.Tensor, name, self._read(original))
        try:
            yield
        except ValueError as error:
            if "read-only" not in str(error):
                raise
            raise ReadOnlyError(f"the array of a tensor without memory is written to: {error}") from error
        finally:
            for name, original in saved.items():
                setattr(torch.Tensor, name, original)

    def _read(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def read(tensor: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
            if not self.tape.knows(tensor):
                return original(tensor, *args, **kwargs)
            with torch._C._DisableTorchDispatch():
                self.looked = True
                real = replayed(self.tape, self.tape.opened(tensor), 0, self.largest)[0]
                found = original(real.requires_grad_(tensor.requires_grad), *args, **kwargs)
            if hasattr(found, "setflags"):
                found.setflags(write=False)
            return found

        return read

    def _named(self, value: Any) -> Any:
        """The same with tensors as a step keeps them."""
        if isinstance(value, torch.Tensor):
            if value.is_meta:
                return self.tape.opened(value)
            # not detached: down here that would part it from the count of its versions
            kept = value.detach().clone() if value.numel() <= self.small else value
            return Kept(kept, kept._version)
        return _mapped(value, self._named)

    def _file(
        self,
        call: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        reads: tuple[int, ...],
        targets: tuple[Ref, ...],
        *,
        kills: tuple[int, ...],
        results: tuple[Ref, ...] = (),
        entrywise: bool,
    ) -> None:
        keys = tuple(dict.fromkeys(ref.key for ref in targets))
        number, stream = len(self.tape.steps), _stream((*args, *kwargs.values()))
        self.tape.add(Step(number, call, args, kwargs, reads, keys, kills, results, entrywise, stream))


def _stream(values: tuple[Any, ...]) -> int:
    """A number from the generator that an operation uses, which so comes again where that is seeded again."""
    used = next((each for each in values if isinstance(each, torch.Generator)), torch.default_generator)
    with torch._C._DisableTorchDispatch():
        return int(torch.randint(2**62, (), generator=used))


def _placed(value: Any) -> Any:
    """The same with every tensor on the meta device, of which torch wants all or none."""
    if isinstance(value, torch.Tensor) and not value.is_meta:
        return torch.empty_strided(value.shape, value.stride(), dtype=value.dtype, device="meta")
    return _mapped(value, _placed)


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    if type(value) in {tuple, list}:
        return type(value)(change(each) for each in value)
    if isinstance(value, dict):
        return {name: change(each) for name, each in value.items()}
    return value


def _alike(args: tuple[Any, ...], kwargs: Mapping[str, Any], results: tuple[Ref, ...] = ()) -> bool:
    """Whether all tensors are whole and of one form, so that entries meet those at the same place."""
    refs = [*refs_in((args, kwargs)), *results]
    forms = {(ref.shape, ref.stride) for ref in refs}
    single = all(not isinstance(each, Kept) or each.tensor.dim() == 0 for each in (*args, *kwargs.values()))
    return len(forms) == 1 and all(ref.whole for ref in refs) and single
