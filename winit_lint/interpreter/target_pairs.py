"""Classes that build a network and its slowly moving target apart, told from their syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

_TARGET = frozenset({"target", "targ", "tgt", "teacher", "ema", "k"})
_ONLINE = frozenset(
    {"local", "online", "policy", "main", "eval", "current", "behaviour", "behavior", "source", "student", "q"}
)
_BASES = frozenset({"object", "nn.Module", "torch.nn.Module", "Module"})
_COPIES = frozenset({"load_state_dict", "deepcopy", "copy", "clone", "hard_update", "sync", "vector_to_parameters"})
_WORDS = ("hard", "sync", "copy", "load", "restore", "clone")


@final
@dataclass(frozen=True, slots=True)
class PairFacts:
    """A pair of attributes of ``owner``: the places of the target's assignment, the network's and the soft update."""

    owner: str
    network: str
    target: str
    lines: tuple[int, int, int, int]
    built: tuple[int, int, int, int]
    update: tuple[int, int, int, int]


def target_pairs(tree: ast.Module) -> Iterator[PairFacts]:
    """The pairs of a file of which nothing in it copies one to the other.

    Both come from equal constructor calls in ``__init__`` or a method that it calls, and some method walks over the
    parameters of both. Silent where anything may be a copy: a load or deep copy in the class of what is not plainly
    another network, an update in ``__init__``, an update with the rate 1, a base class, a seed among the constructor's
    arguments (then both are drawn alike).
    """
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and all(ast.unparse(base) in _BASES for base in node.bases):
            yield from _pairs(node, tree)


def _pairs(owner: ast.ClassDef, tree: ast.Module) -> Iterator[PairFacts]:
    start = _start(owner)
    built = {name: found for function in start for name, found in _built(function)}
    alone = {name for name, (call, _) in built.items() if not any(_own(each) in built for each in _attributes(call))}
    for target, (target_call, target_place) in built.items():
        for network, (call, place) in built.items():
            if not _are_pair(network, target) or ast.dump(call) != ast.dump(target_call) or _seeded(call):
                continue
            update = _soft_update(owner, network, target)
            if update is None or _may_copy(owner, alone - {network, target}):
                continue
            if not _copied_elsewhere(owner, start, tree, network, target):
                yield PairFacts(owner.name, network, target, _place(target_place), _place(place), _place(update))


def _start(owner: ast.ClassDef) -> list[ast.FunctionDef]:
    """The constructor, and the methods that it calls."""
    methods = {each.name: each for each in owner.body if isinstance(each, ast.FunctionDef)}
    if "__init__" not in methods:
        return []
    called = {_own(node.func) for node in ast.walk(methods["__init__"]) if isinstance(node, ast.Call)}
    return [method for name, method in methods.items() if name == "__init__" or name in called]


def _built(start: ast.FunctionDef) -> Iterator[tuple[str, tuple[ast.Call, ast.AST]]]:
    """``self.x = Class(...)`` by name, alone or in a tuple; what is assigned twice comes once, with the last."""
    for node in ast.walk(start):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        match node.targets[0], node.value:
            case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
                for target, value in zip(targets, values, strict=True):
                    if (name := _own(target)) is not None and isinstance(value, ast.Call):
                        yield name, (value, value)
            case target, ast.Call() as value if (name := _own(target)) is not None:
                yield name, (value, node)


def _own(node: ast.expr) -> str | None:
    """The attribute in ``self.x``."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return node.attr
    return None


def _are_pair(network: str, target: str) -> bool:
    """``q`` and ``q_target``, ``critic_local`` and ``target_critic``, ``encoder_q`` and ``encoder_k``, ``student`` and
    ``teacher``."""
    words, own = set(target.lower().strip("_").split("_")), set(network.lower().strip("_").split("_"))
    if not _TARGET & words or _TARGET & own:
        return False
    rest = words - _TARGET
    return rest in (own, own - _ONLINE) if rest else own <= _ONLINE


def _seeded(call: ast.Call) -> bool:
    return "seed" in ast.unparse(call).lower()


def _soft_update(owner: ast.ClassDef, network: str, target: str) -> ast.Call | None:
    """``zip(self.x_target.parameters(), self.x.parameters())``, or a call that takes both and a rate.

    So does one that takes the two variables of a loop over such pairs.
    """
    for node in ast.walk(owner):
        if isinstance(node, ast.Call) and _is_soft(node) and _takes(node, network, target):
            return node
        if isinstance(node, ast.For) and isinstance(node.target, ast.Tuple) and _has_pair(node.iter, network, target):
            names = {each.id for each in node.target.elts if isinstance(each, ast.Name)}
            for inner in ast.walk(node):
                if isinstance(inner, ast.Call) and _is_soft(inner) and len(names & _variables(inner)) == 2:
                    return inner
    return None


def _has_pair(node: ast.expr, network: str, target: str) -> bool:
    """A tuple or list of tuples, one of which holds both."""
    if not isinstance(node, (ast.Tuple, ast.List)):
        return False
    return any(isinstance(e, ast.Tuple) and {network, target} == {_own(each) for each in e.elts} for e in node.elts)


def _variables(call: ast.Call) -> set[str]:
    """The variables that ``call`` takes, or the parameters of which it takes."""
    given = (_walked(argument) or argument for argument in call.args)
    return {each.id for each in given if isinstance(each, ast.Name)}


def _is_soft(call: ast.Call) -> bool:
    name = _name(call)
    return name == "zip" or "soft" in name or "polyak" in name


def _takes(call: ast.Call, network: str, target: str) -> bool:
    """Both networks, or the parameters of both, are its arguments; ``zip`` takes parameters."""
    walked = {_own(found) for argument in call.args if (found := _walked(argument)) is not None}
    given = {_own(argument) for argument in call.args} if _name(call) != "zip" else set()
    return {network, target} <= walked or {network, target} <= given


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)


def _walked(node: ast.expr) -> ast.expr | None:
    """``self.x`` of ``self.x.parameters()``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "parameters":
        return node.func.value
    return None


def _may_copy(owner: ast.ClassDef, others: set[str]) -> bool:
    """Something in the class loads or copies, and it is not plain that it is of the other networks."""
    for node in ast.walk(owner):
        if isinstance(node, ast.Call):
            if (named := _named(node)) and named <= others:
                continue
            name = _name(node)
            words = name.lower()
            # `t.data.copy_(a + b)` is how a soft update writes; it copies only where its argument is a plain value.
            plain = name == "copy_" and all(isinstance(argument, (ast.Name, ast.Attribute)) for argument in node.args)
            if name in _COPIES or plain or (name != "copy_" and any(word in words for word in _WORDS)):
                return True
            if "update" in words and any(_is_one(each) for each in (*node.args, *(k.value for k in node.keywords))):
                return True
        elif (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Attribute)
            and node.targets[0].attr == "data"
            and isinstance(node.value, (ast.Name, ast.Attribute))
        ):
            return True  # t.data = s.data
    return False


def _named(call: ast.Call) -> set[str]:
    """The attributes of ``self`` that a call is made on or given; none where something else is among them, too."""
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    parts = [*call.args, *(keyword.value for keyword in call.keywords), *([receiver] if receiver is not None else [])]
    named = [{name for each in _attributes(part) if (name := _own(each)) is not None} for part in parts]
    return set().union(*named) if all(named) else set()


def _attributes(node: ast.AST) -> Iterator[ast.Attribute]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Attribute))


def _is_one(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, bool) and node.value == 1


def _copied_elsewhere(
    owner: ast.ClassDef, start: list[ast.FunctionDef], tree: ast.Module, network: str, target: str
) -> bool:
    """``__init__`` calls an update, some other call takes both networks, or other code of the file loads the target."""
    for node in (each for function in start for each in ast.walk(function)):
        if isinstance(node, ast.Call) and ("update" in _name(node).lower() or _takes(node, network, target)):
            return True
    for node in ast.walk(owner):
        if isinstance(node, ast.Call) and not _is_soft(node) and _takes(node, network, target):
            return True
    for outside in tree.body:
        if outside is not owner:
            read = {node.attr: _own(node) is None for node in ast.walk(outside) if isinstance(node, ast.Attribute)}
            if read.get(target) and _COPIES & read.keys():  # agent.x_target, not another class's self.x_target
                return True
    return False


def _place(node: ast.AST) -> tuple[int, int, int, int]:
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    return line, column + 1, getattr(node, "end_lineno", line), getattr(node, "end_col_offset", column) + 1
