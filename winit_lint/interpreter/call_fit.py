"""Whether a call that the user wrote fits the parameters of what it calls."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

import libcst as cst

from winit_lint.interpreter.construction import calls_in
from winit_lint.interpreter.definition import ParseError
from winit_lint.interpreter.mro import fields_of, find_member
from winit_lint.interpreter.nodes import inner_nodes
from winit_lint.interpreter.state import BudgetError, Raised, State
from winit_lint.interpreter.values import MISSING, Class, Function, Value
from winit_lint.source.target import Construction


def misfit(state: State, module: str, call: Construction) -> str | None:
    """Why a call, or one among its arguments, can't be made in the names of a module; None where nothing is wrong.

    An argument that is missing is no fault: a symbol takes its place. Nor is anything known of what is no function or
    class of the project, or has a decorator that may change its parameters.
    """
    for inner in (call, *calls_in((call.args, dict(call.kwargs)))):
        callee = _callee(state, module, inner.name)
        wrong = _wrong(state, callee, inner) if callee is not None else None
        if wrong is not None:
            return wrong
    return None


def _callee(state: State, module: str, name: str) -> Value:
    first, *rest = name.split(".")
    try:
        value = state.names.lookup(state, module, first)
        for each in rest:
            value = state.attribute(value, each)
    except (Raised, BudgetError, ParseError):
        return None
    return value


def _wrong(state: State, callee: Value, call: Construction) -> str | None:
    if isinstance(callee, Function):
        return _against(callee, call, bound=0) if _plain(state, callee) else None
    if not isinstance(callee, Class) or isinstance(find_member(callee, "__new__")[0], Function):
        return None
    member, owner = find_member(callee, "__init__")
    if isinstance(member, Function) and (owner is callee or not callee.dataclass_fields):
        return _against(member, call, bound=1) if _plain(state, member) else None
    if member is MISSING and callee.dataclass_fields and _only_fields(callee):
        fields = list(fields_of(callee))
        public = {name.lstrip("_") for name in fields}  # attrs takes the field `_x` as `x`
        return _fault(call, fields, {*fields, *public}, many=False, rest=False)
    return None


def _only_fields(cls: Class) -> bool:
    """Whether a dataclass takes its fields and nothing else, as far as its bases and its last step can tell."""
    after, _ = find_member(cls, "__post_init__")
    takes_more = isinstance(after, Function) and after.node.params.star_kwarg is not None
    known = all(isinstance(base, Class) or base.name in {"object", "builtins.object"} for base in cls.mro)
    return known and not takes_more


def _against(function: Function, call: Construction, bound: int) -> str | None:
    parameters = function.node.params
    positional = [p.name.value for p in (*parameters.posonly_params, *parameters.params)][bound:]
    by_name = {p.name.value for p in (*parameters.params, *parameters.kwonly_params)}
    by_name -= {p.name.value for p in (*parameters.posonly_params, *parameters.params)[:bound]}
    many, rest = isinstance(parameters.star_arg, cst.Param), parameters.star_kwarg is not None
    return _fault(call, positional, by_name, many=many, rest=rest)


def _fault(
    call: Construction, positional: Sequence[str], by_name: Collection[str], *, many: bool, rest: bool
) -> str | None:
    if len(call.args) > len(positional) and not many:
        takes = "no positional argument" if not positional else f"at most {len(positional)} positional arguments"
        takes = takes[:-1] if len(positional) == 1 else takes
        return f"{call.name} takes {takes}, {len(call.args)} given"
    for name in call.kwargs:
        if name in positional[: len(call.args)] and name in by_name:
            return f"{call.name} is given `{name}` twice"
        if name not in by_name and not rest:
            close = get_close_matches(name, by_name, n=1)
            hint = f"; did you mean `{close[0]}`?" if close else ""
            return f"{call.name} takes no argument `{name}`{hint}"
    return None


def _plain(state: State, function: Function) -> bool:
    """Whether it is called with the parameters that it lists: each decorator hands back what it is given."""
    return all(_hands_back(state, function.module, text) for text in function.decorators)


def _hands_back(state: State, module: str, decorator: str) -> bool:
    if not all(part.isidentifier() for part in decorator.split(".")):
        return False
    found = _callee(state, module, decorator)
    if not isinstance(found, Function) or not isinstance(found.node, cst.FunctionDef) or not found.node.params.params:
        return False
    first = found.node.params.params[0].name.value
    returned = list(_returned(found.node.body))
    return bool(returned) and all(isinstance(value, cst.Name) and value.value == first for value in returned)


def _returned(node: cst.CSTNode) -> Iterator[cst.BaseExpression | None]:
    if isinstance(node, cst.Return):
        yield node.value
    elif not isinstance(node, (cst.FunctionDef, cst.Lambda, cst.ClassDef)):
        for child in inner_nodes(node):
            yield from _returned(child)
