"""What a statement or decorator in a class body sees."""

from __future__ import annotations

from typing import final

from winit_lint.interpreter.state import Scope
from winit_lint.interpreter.values import MISSING, Class, Value


@final
class ClassScope:
    """Names that a class-level assignment sees: the class's other members."""

    def __init__(self, cls: Class, name: str) -> None:
        self.names: dict[str, Value] = {}
        self._cls = cls
        self._name = name

    def scope(self) -> Scope:
        """The scope to run it in."""
        outer = Scope()
        outer.names = _Lazy(self._cls, self._name)
        return Scope(outer, self.names)


class _Lazy(dict[str, Value]):
    """The members of a class body other than the one being evaluated."""

    def __init__(self, cls: Class, name: str) -> None:
        super().__init__()
        self._cls = cls
        self._name = name

    def __contains__(self, key: object) -> bool:
        return (
            key != self._name
            and isinstance(key, str)
            and key in self._cls.names
            and self._cls.namespace(key) is not MISSING
        )

    def __getitem__(self, key: str) -> Value:
        return self._cls.namespace(key)
