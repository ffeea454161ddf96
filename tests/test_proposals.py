"""Proposals on texts: the edits that come of them, and the forms of text that get none."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winit_lint import fixer
from winit_lint.finding import Finding, Fix, Severity
from winit_lint.fixes.resolve import resolved
from winit_lint.proposal import MoveBehind, OneEach, Proposal, Rewrite, WrapLater
from winit_lint.source.span import Span
from winit_lint.source.text import decode

KAIMING = "torch.nn.init.kaiming_normal_"
ORDER = ("tensor", "a", "mode", "nonlinearity", "generator")


def place(source: str, part: str) -> Span:
    """Where ``part`` stands; it must stand there once."""
    assert source.count(part) == 1, part
    start = source.index(part)
    line, column = source.count("\n", 0, start) + 1, start - source.rfind("\n", 0, start)
    last = part.count("\n")
    end = len(part) - part.rfind("\n") if last else column + len(part)
    return Span("m.py", line, column, line + last, end)


def fixed(source: str, *proposals: Proposal) -> str | None:
    """The text with the proposals carried out; None where they are only shown."""
    text = decode(source.encode(), "m.py", "")
    finding = Finding(
        "WI101", "x", Severity.NOTE, Span("m.py", 1, 1, 1, 1), "s", "m", fix=Fix("t", "safe", (), proposals)
    )
    (made,) = resolved([finding], {"m.py": text})
    assert made.fix is not None and made.fix.proposals == ()
    if not made.fix.edits:
        assert made.fix.safety == "display"
        return None
    plan = fixer.plan({"m.py": text}, [made], lambda _: [])
    assert plan.refused == ()
    return plan.changes[0].after.text


def rewritten(
    source: str, part: str, function: str = KAIMING, order: tuple[str, ...] = ORDER, **wanted: object
) -> str | None:
    return fixed(source, Rewrite(place(source, part), function, order, **wanted))  # type: ignore[arg-type]


HEAD = "import math\nfrom torch import nn\n"


@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ("(w)", {"nonlinearity": '"relu"'}, '(w, nonlinearity="relu")'),
        ("(w,)", {"nonlinearity": '"relu"'}, '(w, nonlinearity="relu",)'),
        ("(w, 1)", {"a": None}, "(w)"),
        ("(w, 1, 'fan_out')", {"a": None}, "(w, mode='fan_out')"),
        ("(w, a=1, mode='fan_out')", {"a": None}, "(w, mode='fan_out')"),
        ("(w, mode='f', a=1)", {"a": None, "nonlinearity": '"relu"'}, "(w, mode='f', nonlinearity=\"relu\")"),
        ("(w, a=math.sqrt(5))", {"a": "0.2"}, "(w, a=0.2)"),
        ("(w, (1), 'fan_in', ('relu'))", {"a": "0", "nonlinearity": '"tanh"'}, "(w, 0, 'fan_in', \"tanh\")"),
        ("(a=1, tensor=w)", {"a": None}, "(tensor=w)"),
        ("(w,\n  a=1,  # why\n  mode='f',  # how\n)", {"a": "0"}, "(w,\n  a=0,  # why\n  mode='f',  # how\n)"),
        ("(w,  # the weight, (\n  a=1)", {"mode": '"f"'}, "(w,  # the weight, (\n  a=1, mode=\"f\")"),
        ("(f(w, 'a,b')[1, 2], a=1)", {"a": None}, "(f(w, 'a,b')[1, 2])"),
    ],
)  # fmt: skip
def test_arguments(call: str, arguments: dict[str, str | None], expected: str) -> None:
    wanted = tuple(arguments.items())
    source = f"{HEAD}nn.init.kaiming_normal_{call}  # end\n"
    found = rewritten(source, f"nn.init.kaiming_normal_{call}", arguments=wanted)
    assert found == f"{HEAD}nn.init.kaiming_normal_{expected}  # end\n"


@pytest.mark.parametrize(
    "call",
    [
        "(w, a=slope)",  # a variable's
        "(w, a=self.slope)",
        "(*args)",
        "(w, **options)",
        "(w, 1, 2, 3, 4, 5)",  # more than there are
        "(w, # why\n a=1)",  # a comment would go
        "(x for x in y)",
    ],
)
def test_arguments_that_are_left_alone(call: str) -> None:
    source = f"{HEAD}nn.init.kaiming_normal_{call}\n"
    assert rewritten(source, f"nn.init.kaiming_normal_{call}", arguments=(("a", None),)) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from torch import nn\nnn.init.kaiming_normal_(w)", "from torch import nn\nnn.init.kaiming_uniform_(w)"),
        ("import torch\ntorch.nn.init.kaiming_normal_(w)", "import torch\ntorch.nn.init.kaiming_uniform_(w)"),
        ("import torch.nn.init as i\ni.kaiming_normal_(w)", "import torch.nn.init as i\ni.kaiming_uniform_(w)"),
        ("from torch.nn import init\ninit.kaiming_normal_(w)", "from torch.nn import init\ninit.kaiming_uniform_(w)"),
        (
            "from torch.nn.init import kaiming_normal_\nkaiming_normal_(w)",
            "from torch.nn.init import kaiming_uniform_\nkaiming_uniform_(w)",
        ),
        (
            "from torch.nn.init import kaiming_normal_ as k, zeros_\nk(w)",
            "from torch.nn.init import kaiming_uniform_, zeros_\nkaiming_uniform_(w)",
        ),
        (
            "from torch.nn.init import (\n    kaiming_normal_,  # a\n)\nkaiming_normal_(w)\nx = kaiming_normal_",
            "from torch.nn.init import (\n    kaiming_normal_, kaiming_uniform_,  # a\n)\nkaiming_uniform_(w)\n"
            "x = kaiming_normal_",
        ),
        (
            "from torch.nn.init import kaiming_normal_, kaiming_uniform_ as ku\nkaiming_normal_(w)",
            "from torch.nn.init import kaiming_normal_, kaiming_uniform_ as ku\nku(w)",
        ),
        ("from mine import nn\nnn.init.kaiming_normal_(w)", None),
        ("init = nn.init\ninit.kaiming_normal_(w)", None),
        ("from mine import kaiming_normal_\nkaiming_normal_(w)", None),
        ("from torch.nn.init import *\nkaiming_normal_(w)", None),
        ("from torch.nn.init import kaiming_normal_\nkaiming_uniform_ = 1\nkaiming_normal_(w)", None),
        ("from torch import nn\nfill(w)", None),
    ],
)
def test_another_function_of_the_module(before: str, after: str | None) -> None:
    call = before.partition("\n")[2] if "\n)" not in before else "kaiming_normal_(w)"
    call = next(line for line in before.split("\n") if line.endswith("(w)"))
    assert rewritten(before, call, rename="kaiming_uniform_") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from torch.nn.init import constant\nconstant(w)\ny = constant\nfor constant_ in x: pass",
            None,
        ),
        (
            "from torch.nn.init import constant\nconstant(w)\ny = constant",
            "from torch.nn.init import constant_\nconstant_(w)\ny = constant_",
        ),
        ("from torch.nn.init import constant as c\nc(w)", "from torch.nn.init import constant_ as c\nc(w)"),
        ("from torch.nn.init import constant\nconstant(w)\ndef f(constant): pass", None),
        ("from torch.nn.init import constant\nconstant(w)\nconstant = 2", None),
    ],
)
def test_a_new_name_for_all_uses(before: str, after: str | None) -> None:
    call = before.split("\n")[1]
    wanted = {"rename": "constant_", "everywhere": True}
    assert rewritten(before, call, "torch.nn.init.constant", ("tensor", "val"), **wanted) == after


CALL = "nn.init.kaiming_normal_(p)"
GUARD = {"before": "if {target}.dim() > 1:\n    "}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"for p in ps:\n    {CALL}\n", f"for p in ps:\n    if p.dim() > 1:\n        {CALL}\n"),
        (f"for p in ps:\n\t{CALL}  # why\n", f"for p in ps:\n\tif p.dim() > 1:\n\t\t{CALL}  # why\n"),
        (f"for p in ps:\n  {CALL}", f"for p in ps:\n  if p.dim() > 1:\n    {CALL}"),
        (f"for p in ps: {CALL}\n", None),
        (f"{CALL}; x = 1\n", None),
        (f"x = 1; {CALL}\n", None),
        (f"x = {CALL}\n", None),
        (f"f = lambda p: {CALL}\n", None),
    ],
)
def test_a_guard(before: str, after: str | None) -> None:
    assert rewritten(before, CALL, **GUARD) == after


def test_lines_below_a_guard_go_deeper_but_for_strings() -> None:
    before = "if x:\n    nn.init.kaiming_normal_(\n        p,  # one\n    )\n"
    after = "if x:\n    if p.dim() > 1:\n        nn.init.kaiming_normal_(\n            p,  # one\n        )\n"
    assert rewritten(before, before.split("    ", 1)[1].rstrip(), **GUARD) == after
    string = 'nn.init.kaiming_normal_(p, mode="""a\nb""")'
    assert rewritten(string, string, **GUARD) is None


def test_a_name_that_is_free_in_the_function() -> None:
    loop = {"before": "for {gate} in {target}.chunk(4, dim=0):\n    ", "target": "{gate}", "fresh": ("gate",)}
    before = f"def f(gate, p):\n    {CALL}\n"
    after = "def f(gate, p):\n    for gate_2 in p.chunk(4, dim=0):\n        nn.init.kaiming_normal_(gate_2)\n"
    assert rewritten(before, CALL, **loop) == after
    assert "for gate in" in str(rewritten(f"gate = 1\ndef f(p):\n    {CALL}\n", CALL, **loop))


def test_a_tensor_that_may_be_another_one_next_time_is_not_repeated() -> None:
    before = "nn.init.kaiming_normal_(w[torch.randperm(3)])\n"
    assert rewritten(before, before.strip(), before="{target} = ") is None
    before = "nn.init.kaiming_normal_(getattr(m, name).data[rows])\n"
    assert rewritten(before, before.strip(), before="{target} = ") == f"getattr(m, name).data[rows] = {before}"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", "import warnings\n"),
        ('"""Doc."""\n', '"""Doc."""\nimport warnings\n'),
        ('"""Doc."""\n\nfrom __future__ import annotations\nx = 1\n', None),
        ("import warnings\n", "import warnings\n"),
        ("import warnings as w\n", "import warnings as w\n"),
        ("from a import b\n", "import warnings\nfrom a import b\n"),
        ("warnings = 1\n", ""),
        ("def f():\n    import warnings\n", ""),
    ],
)
def test_a_module_is_imported_where_it_is_not(head: str, expected: str | None) -> None:
    after = "{warnings}.warn('x')"
    found = rewritten(f"{head}{CALL}\n", CALL, after=after, modules=("warnings",))
    if expected == "":
        assert found is None
    elif expected is None:
        assert found is not None and "annotations\nimport warnings\nx = 1\n" in found
    else:
        name = "w" if " as w" in head else "warnings"
        assert found == f"{expected}{CALL}\n{name}.warn('x')\n"


def test_sharing_a_line_with_the_end_of_a_docstring_is_no_place_for_an_import() -> None:
    source = f'"""Doc."""; {CALL}\n'
    assert rewritten(source, CALL, after="{warnings}.warn('x')", modules=("warnings",)) is None


BLOCK = """\
class A:
    def __init__(self):
        # all of them
        self.apply(f)  # now
        self.a = L(1)
        if x:
            self.b = L(2)
        self.c = L(3)
"""


def test_a_statement_moves_with_its_comments() -> None:
    proposal = MoveBehind(place(BLOCK, "self.apply(f)"), (place(BLOCK, "L(1)"), place(BLOCK, "L(2)")))
    assert fixed(BLOCK, proposal) == (
        "class A:\n    def __init__(self):\n        self.a = L(1)\n        if x:\n            self.b = L(2)\n"
        "        # all of them\n        self.apply(f)  # now\n        self.c = L(3)\n"
    )
    end = BLOCK.removesuffix("\n")
    last = fixed(end, MoveBehind(place(end, "self.apply(f)"), (place(end, "L(3)"),)))
    assert last is not None and last.endswith("self.c = L(3)\n        # all of them\n        self.apply(f)  # now")


def test_no_statement_moves_between_blocks_or_backwards() -> None:
    assert fixed(BLOCK, MoveBehind(place(BLOCK, "L(2)"), (place(BLOCK, "L(3)"),))) is None
    assert fixed(BLOCK, MoveBehind(place(BLOCK, "L(3)"), (place(BLOCK, "L(1)"),))) is None
    shared = BLOCK.replace("self.a = L(1)", "self.a = L(1); y = 2")
    assert fixed(shared, MoveBehind(place(shared, "self.apply(f)"), (place(shared, "L(1)"),))) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "x = weight_norm(L(1), dim=0)  # a\ninit(x.weight)  # b\n",
            "x = L(1)  # a\ninit(x.weight)  # b\nx = weight_norm(x, dim=0)\n",
        ),
        (
            "self.x = u.weight_norm(L(1))\ninit(x.weight)",
            "self.x = L(1)\ninit(x.weight)\nself.x = u.weight_norm(self.x)",
        ),
        ("x = L(1)\nweight_norm(x)\ninit(x.weight)\n", "x = L(1)\ninit(x.weight)\nweight_norm(x)\n"),
        ("x = y = weight_norm(L(1))\ninit(x.weight)\n", None),
        ("x = weight_norm(L(1))\ny = x.weight_g\ninit(x.weight)\n", None),
        ("x = S(weight_norm(L(1)))\ninit(x.weight)\n", None),
        ("x = other(L(1))\ninit(x.weight)\n", None),
        ("x = weight_norm(\n    L(1),\n)\ninit(x.weight)\n", None),
        ("if a:\n    x = weight_norm(L(1))\ninit(x.weight)\n", None),
    ],
)
def test_a_wrapper_goes_behind_the_write(before: str, after: str | None) -> None:
    write = next(line for line in before.split("\n") if line.startswith("init(")).partition("  #")[0]
    assert fixed(before, WrapLater(place(before, "L(1)"), "weight_norm", place(before, write))) == after


@pytest.mark.parametrize(
    ("product", "after"),
    [
        ("[L(1)] * n", "[L(1) for _ in range(n)]"),
        ("[L(1)] * (n + 1)", "[L(1) for _ in range((n + 1))]"),
        ("2 * n * [L(1)]", "[L(1) for _ in range(2 * n)]"),
        ("[\n    L(1),\n] * n", "[L(1) for _ in range(n)]"),
        ("[L(1), L(2)] * n", None),
        ("[l] * n", None),
        ("[L(_)] * n", None),
        ("[L(1)] * (k := n)", None),
        ("[  # all\n    L(1)] * n", None),
        ("[L(1)] + n", None),
    ],
)
def test_one_for_each(product: str, after: str | None) -> None:
    source = f"def f(n):\n    return g({product})\n"
    expected = None if after is None else source.replace(product, after)
    assert fixed(source, OneEach(place(source, product))) == expected


def test_a_class_body_keeps_its_product() -> None:
    source = "class A:\n    k = 1\n    x = [L(k)] * 3\n"
    assert fixed(source, OneEach(place(source, "[L(k)] * 3"))) is None


def test_all_proposals_of_a_fix_hold_or_none() -> None:
    source = f"{HEAD}nn.init.kaiming_normal_(v)\nnn.init.kaiming_normal_(w, a=s)\n"
    calls = [place(source, f"nn.init.kaiming_normal_({rest}") for rest in ("v)", "w, a=s)")]
    proposals = [Rewrite(call, KAIMING, ORDER, arguments=(("a", None), ("nonlinearity", '"relu"'))) for call in calls]
    assert fixed(source, proposals[0]) is not None
    assert fixed(source, *proposals) is None


def test_other_files_and_broken_ones_are_left_alone() -> None:
    elsewhere = Rewrite(Span("n.py", 1, 1, 1, 2), KAIMING, ORDER)
    assert fixed("x = 1\n", elsewhere) is None
    assert rewritten("def (\nf(x)\n", "f(x)", "f", ("tensor",), target="y") is None
    assert rewritten("x = f'{f(x)}'\n", "f(x)", "f", ("tensor",), target="y") is None


BLANKS = st.sampled_from(["", " ", "\n    ", "  # a, (b\n  "])
VALUES = st.sampled_from(["1", "0.2", "'fan_in'", '"a, )"', "(1)", "math.sqrt(5)", "[1, 2][0]", "{1: (2,)}[1]", "-1"])
CHANGES = st.dictionaries(st.sampled_from(ORDER[1:]), st.sampled_from(["7", None]), min_size=1)


@st.composite
def calls(draw: st.DrawFn) -> str:
    positional = draw(st.lists(VALUES, max_size=3))
    names = draw(st.permutations(ORDER[1 + len(positional) :]))[: draw(st.integers(0, 2))]
    given = ["w", *positional, *(f"{name}={draw(VALUES)}" for name in names)]
    parts = [f"{draw(BLANKS)}{argument}{draw(BLANKS)}" for argument in given]
    return f"nn.init.kaiming_normal_({','.join(parts)}{draw(st.sampled_from(['', ',']))})"


@settings(deadline=None, derandomize=True)
@given(calls(), CHANGES)
def test_whatever_the_call_looks_like_the_arguments_are_those_asked_for(
    call: str, changes: dict[str, str | None]
) -> None:
    source = f"{HEAD}{call}\n"
    after = rewritten(source, call, arguments=tuple(changes.items()))
    if after is None:
        assert "#" in call or (changes.keys().isdisjoint(bound(call)) and None in changes.values())
        return
    expected = {**bound(call), **changes}
    assert bound(after.removeprefix(HEAD)) == {name: text for name, text in expected.items() if text is not None}


def bound(call: str) -> dict[str, str]:
    """The arguments of a call by parameter, in a normal form."""
    node = ast.parse(call.strip()).body[0]
    assert isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    found = dict(zip(ORDER, map(ast.unparse, node.value.args), strict=False))
    return found | {str(keyword.arg): ast.unparse(keyword.value) for keyword in node.value.keywords}
