"""``match`` patterns: literals, names, alternatives, sequences, classes by attribute; others are not decided."""

from __future__ import annotations

from typing import Any

import libcst as cst

from winit_lint.interpreter.assignment import bind
from winit_lint.interpreter.expression import evaluate
from winit_lint.interpreter.operators import compare, truth
from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import Value


def matches(state: State, pattern: Any, subject: Value) -> bool:
    """Whether a pattern takes the subject on this path; names are bound."""
    match pattern:
        case cst.MatchValue(value=node):
            state.frame.node = node
            return truth(state, compare(state, "==", subject, evaluate(state, node)))
        case cst.MatchSingleton(value=node):
            return truth(state, compare(state, "is", subject, evaluate(state, node)))
        case cst.MatchOr(patterns=patterns):
            return any(matches(state, each.pattern, subject) for each in patterns)
        case cst.MatchAs(pattern=inner, name=name):
            if inner is not None and not matches(state, inner, subject):
                return False
            if name is not None:
                bind(state, name.value, subject)
            return True
        case cst.MatchClass(cls=node, patterns=patterns, kwds=keywords) if not patterns:
            cls = evaluate(state, node)
            state.frame.node = node
            test = state.call(state.names.lookup(state, state.frame.module, "isinstance"), [subject, cls])
            return truth(state, test, "match") and all(
                matches(state, each.pattern, state.attribute(subject, each.key.value, each)) for each in keywords
            )
        case cst.MatchSequence(patterns=patterns) if isinstance(subject, (tuple, list)):
            plain = [p for p in patterns if isinstance(p, cst.MatchSequenceElement)]
            if len(plain) != len(patterns) or len(plain) != len(subject):
                return False
            return all(matches(state, p.value, s) for p, s in zip(plain, subject, strict=True))
    state.unknown("a pattern that is not decided", pattern)
    return False
