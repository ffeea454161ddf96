"""What comparisons and differences tell of the code that makes them, whatever their answer."""

from __future__ import annotations

from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import Class, ClassName, External, Unknown, Value


def note_class_test(state: State, symbol: str, left: Value, right: Value, answer: Value) -> None:
    """Count ``type(m) == nn.Linear``, ``type(m) in (...)`` and tests on a class's name as type tests."""
    from winit_lint.interpreter.fixed_conditions import note_never
    from winit_lint.interpreter.name_tests import note_comparison
    from winit_lint.interpreter.traversal import note_name_test, note_type_test

    if not state.traversals or not isinstance(answer, bool):
        return
    note_comparison(state, symbol, left, right, answer)
    note_never(state, left, right, state.frame.node)
    if isinstance(left, ClassName):
        note_name_test(state, left, right, answer)
    elif isinstance(right, ClassName):
        note_name_test(state, right, left, answer)
    elif isinstance(left, (Class, External)) and state.classed is not None and state.classed[0] is left:
        classes = right if isinstance(right, (tuple, list, set)) else (right,)
        names = tuple(str(getattr(c, "qualname", "")) or str(getattr(c, "name", "?")) for c in classes)
        note_type_test(state, state.classed[1], names, answer)


def note_looked_for(state: State, wanted: Value, among: Value) -> None:
    """Remember the names that ``wanted not in among`` and ``wanted - among`` look for in what is not known.

    ``load_state`` asks for them: keys of a model that a checkpoint may lack were compared by hand then.
    """
    if isinstance(among, Unknown):
        names = wanted if isinstance(wanted, (set, frozenset, dict)) else (wanted,)
        state.looked_for.update(str(name) for name in names if isinstance(name, str))
