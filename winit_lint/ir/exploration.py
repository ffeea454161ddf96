"""One root, and how far its paths are followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import final

from winit_lint.ir.model import Model


@final
@dataclass(frozen=True, slots=True)
class Exploration:
    """The models of one root, built when they are asked for.

    ``corners()`` gives two at most: the path of the defaults, and the one that takes the other side of everything which
    that path decided and of every flag; () where one of them can't be built. What no corner shows, other paths rarely
    show, and two cost a fraction of all. ``models()`` gives those of all explored paths, the path of the defaults first
    (the same object as the first corner), and last those that are not complete.
    """

    corners: Callable[[], Sequence[Model]]
    models: Callable[[], Sequence[Model]]
