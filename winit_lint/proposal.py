"""Proposals: what a rule wants changed, said by places of the IR. ``fixes/`` makes edits of them.

Rules see no text. They name a call or a statement by its span and say what is to become of it; where the text does not
have the form that a proposal needs (two statements on a line, an alias that can't be followed), nothing is edited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, final

from winit_lint.source.span import Span


@final
@dataclass(frozen=True, slots=True)
class Rewrite:
    """The call at ``call`` in another form, and lines around the statement that it is.

    ``function`` is the qualified name of what is called there, ``order`` its parameters in order, ``tensor`` for the
    one that an initializer fills. ``rename`` is the function of the same module to call instead (with ``everywhere`` at
    all places of the file that import it by that name), ``arguments`` are (parameter, source text or None to leave it
    out; no parameter: by position), ``target`` replaces the tensor. An argument that mentions a variable is the
    author's and stays.

    ``before`` is put in front of the statement, which keeps the indentation of its last line, and ``after`` are the
    lines behind it. A level of indentation is four blanks in both.

    In these texts ``{target}`` is the tensor's source, ``{owner}`` that of the module that holds it, ``{index}`` that
    of its last subscript, ``{original}`` the tensor without the method that copied it, ``{slot}`` the one expression in
    the statement that ends in the attribute ``slot``, and ``{2*std}`` a multiple of an argument. A name in ``fresh``
    stands for one that the file does not use yet; ``siblings`` are functions of the called one's module, ``modules``
    are modules, and both are imported if need be.
    """

    call: Span
    function: str = ""  # "" where the span need not be a call: only `before` and `after` are used then
    order: tuple[str, ...] = ()
    rename: str | None = None
    everywhere: bool = False
    arguments: tuple[tuple[str, str | None], ...] = ()
    target: str | None = None
    before: str = ""
    after: str = ""
    slot: str = ""
    fresh: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()

    @property
    def only_adds(self) -> bool:
        """The call itself stays as it is."""
        return self.rename is None and self.target is None and not self.arguments


@final
@dataclass(frozen=True, slots=True)
class MoveBehind:
    """The statement at ``statement`` moved behind the last of the statements at ``others``, in one block."""

    statement: Span
    others: tuple[Span, ...]


@final
@dataclass(frozen=True, slots=True)
class WrapLater:
    """A layer wrapped by ``wrapper`` (a short name) only behind the statement at ``write``.

    ``created`` is the layer's constructor call: ``x = wrapper(Layer())``, or ``wrapper(x)`` as a statement after it.
    """

    created: Span
    wrapper: str
    write: Span


@final
@dataclass(frozen=True, slots=True)
class OneEach:
    """The multiplied list at ``span``, ``[new()] * n``, as a comprehension that builds each item."""

    span: Span


Proposal: TypeAlias = Rewrite | MoveBehind | WrapLater | OneEach
