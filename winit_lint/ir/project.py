"""Facts about the project's functions that no single model shows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import final

from winit_lint.source.span import Span


@final
@dataclass(frozen=True, slots=True)
class InitFunction:
    """A function or method of a linted file whose body calls initializers.

    ``owner`` is its class (qualified) or None; ``span`` covers its name in the ``def`` line. ``referenced`` is True
    when anything in the project names it (a call, a reference, a string, ``__all__``), ``hook`` when a framework or a
    base class outside the project may call it, ``public`` when it is a module-level function without a leading
    underscore or a method of a class that nothing in the project instantiates and that an outside caller may call.
    ``owner_built`` is True when the class is instantiated somewhere in the project. ``in_library`` is True when the
    file belongs to an installed-style package (a folder with ``__init__.py``) whose public names others import.
    ``asks_loaded`` is True when it reads the mark that transformers leaves on what a checkpoint has filled
    (``_is_hf_initialized``), ``ignores_argument`` when it is a method that does nothing with its first argument but
    test it for truth. ``required`` is the number of arguments that a call must give (beside the instance), ``names``
    are the names and attributes that stand in its body.
    """

    name: str
    owner: str | None
    path: str
    span: Span
    referenced: bool
    hook: bool
    public: bool
    owner_built: bool
    in_library: bool
    asks_loaded: bool = False
    ignores_argument: bool = False
    required: int = 0
    names: frozenset[str] = frozenset()


@final
@dataclass(frozen=True, slots=True)
class TargetPair:
    """A network and its slowly moving target, built apart by the class ``owner`` and copied by nothing in the project.

    ``network`` and ``target`` are the attributes; ``span`` covers the target's assignment, ``built`` the network's,
    ``update`` the soft update.
    """

    owner: str
    network: str
    target: str
    span: Span
    built: Span
    update: Span


@final
@dataclass(frozen=True)
class Project:
    """What the index knows about the files linted.

    ``parts`` are the classes (qualified) that other classes of the project, or functions that initialise, build or
    pass on: a model of such a class alone does not show what its owner does to it. ``inner`` are those of them that
    another class mentions, as the class of a larger module would. ``outermost`` are the functions (qualified) that
    build layers or initialise, and that nothing in the project names: what they leave, nobody of it completes.
    """

    init_functions: tuple[InitFunction, ...] = ()
    parts: frozenset[str] = frozenset()
    inner: frozenset[str] = frozenset()
    outermost: frozenset[str] = frozenset()
    target_pairs: tuple[TargetPair, ...] = ()

    @cached_property
    def _by_file(self) -> Mapping[str, tuple[list[int], list[InitFunction]]]:
        """For each file the lines of its functions in order, and the functions; the first of those on one line."""
        found: dict[str, dict[int, InitFunction]] = {}
        for function in self.init_functions:
            found.setdefault(function.span.path, {}).setdefault(function.span.line, function)
        return {path: (sorted(own), [own[line] for line in sorted(own)]) for path, own in found.items()}

    def enclosing(self, span: Span) -> InitFunction | None:
        """The function whose ``def`` line is the nearest at or above ``span`` in its file.

        Every function that calls an initializer is known, so this is the one that holds the call, unless the call
        stands in a module-level statement.
        """
        lines, functions = self._by_file.get(span.path, ((), ()))
        place = bisect_right(lines, span.line)
        return functions[place - 1] if place else None
