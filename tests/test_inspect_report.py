"""The table of ``winit-lint inspect``: folding, wide and narrow layouts, causes."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len
from rich.text import Text

from winit_lint.reports.inspect import render
from winit_lint.reports.inspect_causes import ranking
from winit_lint.reports.inspect_fold import groups


def entry(init: str = "torch.nn.init.normal_", std: float | None = 0.02, **changes: Any) -> dict[str, Any]:
    made = {"init": init, "args": {"std": std}, "mean": 0.0, "std": std, "when": None, "path": "src/net.py", "line": 7}
    return {**made, **changes}


def parameter(name: str, *initializers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "layer": "torch.nn.Linear",
        "shape": [8, 4],
        "fan_in": 4,
        "fan_out": 8,
        "initializers": list(initializers),
        "overwritten": 0,
        "trainable": True,
        "read_by": ["torch.nn.ReLU"],
        "measured": None,
        **changes,
    }


def document(*parameters: dict[str, Any], **unknown: str) -> dict[str, Any]:
    return {
        "schema": "winit-lint/inspect/1",
        "target": "src/net.py::Net",
        "source": "static",
        "parameters": list(parameters),
        "unknown": [{"name": name, "why": why} for name, why in unknown.items()],
    }


def folded(*names: str, fold: bool = True, **unlike: Any) -> list[tuple[str, int | None]]:
    """The modules and how often they are there; a parameter named in ``unlike`` has another std."""
    made = [parameter(name, entry(std=unlike.get(name.replace(".", "_"), 0.02))) for name in names]
    return [(group.module, group.times) for group in groups(document(*made), fold=fold)]


def test_identical_entries_of_a_list_are_one() -> None:
    names = [f"blocks.{i}.{rest}" for i in range(3) for rest in ("norm.weight", "fc.weight")]
    assert folded(*names, "head.weight") == [("blocks.*.norm", 3), ("blocks.*.fc", 3), ("head", 1)]
    assert folded(*names, fold=False) == [(name.removesuffix(".weight"), 1) for name in names]


def test_only_runs_of_identical_entries_are_folded() -> None:
    names = [f"blocks.{i}.fc.weight" for i in range(5)]
    assert folded(*names, blocks_0_fc_weight=1.0) == [("blocks.0.fc", 1), ("blocks.1-4.fc", 4)]
    assert folded(*names, blocks_2_fc_weight=1.0) == [("blocks.0-1.fc", 2), ("blocks.2.fc", 1), ("blocks.3-4.fc", 2)]
    by_depth = {f"blocks_{i}_fc_weight": 0.02 / (i + 1) for i in range(5)}
    assert folded(*names, **by_depth) == [(f"blocks.{i}.fc", 1) for i in range(5)]


def test_lists_in_lists_are_folded_at_every_level() -> None:
    names = [f"layers.{i}.blocks.{j}.fc.weight" for i in range(2) for j in range(3)]
    assert folded(*names) == [("layers.*.blocks.*.fc", 6)]
    assert folded(*names, layers_1_blocks_2_fc_weight=1.0) == [
        ("layers.0.blocks.*.fc", 3),
        ("layers.1.blocks.0-1.fc", 2),
        ("layers.1.blocks.2.fc", 1),
    ]


def test_what_says_anything_different_stays_apart() -> None:
    first = parameter("net.0.weight", entry())
    for changes in (
        {"shape": [8, 5]},
        {"fan_in": 5},
        {"layer": "torch.nn.Conv1d"},
        {"trainable": False},
        {"read_by": []},
        {"overwritten": 1},
        {"initializers": [entry(line=8)]},
        {"initializers": [entry(when="deep")]},
        {"initializers": [entry(), entry(std=1.0)]},
    ):
        assert len(groups(document(first, {**first, "name": "net.1.weight", **changes}), fold=True)) == 2, changes
    unfilled = [parameter(f"net.{i}.weight") for i in range(3)]
    told = document(*unfilled, **{"net.0.weight": "call of f", "net.1.weight": "call of f", "net.2.weight": "g"})
    assert [group.module for group in groups(told, fold=True)] == ["net.0-1", "net.2"]


@pytest.mark.parametrize(
    ("indexes", "unlike", "label"),
    [
        ((0, 2, 4), None, "net.*"),
        ((0, 2, 4, 5), 5, "net.0,2,4"),
        ((0, 1, 3, 7), 7, "net.0-1,3"),
        (tuple(range(0, 24, 2)), 22, "net.0,2,...,20"),
    ],
)
def test_indexes_without_parameters_in_between(indexes: tuple[int, ...], unlike: int | None, label: str) -> None:
    names = [f"net.{i}.weight" for i in indexes]
    found = folded(*names, **({f"net_{unlike}_weight": 1.0} if unlike is not None else {}))
    assert found[0] == (label, len(indexes) - (unlike is not None))


def test_numbered_names_are_a_list_where_nothing_else_is_beside_them() -> None:
    assert folded(*(f"layers.layer_{i}.weight" for i in range(3))) == [("layers.layer_*", 3)]
    assert folded(*(f"layers.layer_{i}.weight" for i in range(4)), layers_layer_3_weight=1.0) == [
        ("layers.layer_0-2", 3),
        ("layers.layer_3", 1),
    ]
    assert [name for name, _ in folded("mlp.fc1.weight", "mlp.fc2.weight")] == ["mlp.fc1", "mlp.fc2"]
    assert len(folded("net.a1.weight", "net.a2.weight", "net.a3.weight", "net.out.weight")) == 4


def test_an_index_that_is_not_known_is_not_counted() -> None:
    assert folded("blocks.*.fc.weight", "head.weight") == [("blocks.*.fc", None), ("head", 1)]
    assert folded(*(f"stages.{i}.blocks.*.fc.weight" for i in range(2))) == [("stages.*.blocks.*.fc", None)]
    assert "blocks.*.fc  Linear  x?\n" in render(document(parameter("blocks.*.fc.weight")), width=None, colour=False)


def test_the_entries_of_a_parameter_list_are_one() -> None:
    made = document(*(parameter(f"scales.{i}", entry()) for i in range(4)))
    (group,) = groups(made, fold=True)
    assert (group.module, [(row.role, row.times) for row in group.rows]) == ("scales", [("*", 4)])


SMALL = document(
    parameter("scale", entry("torch.ones", 0.0, args={}), layer="net.Net", shape=[], fan_in=None, fan_out=None),
    *(
        parameter(f"blocks.{i}.fc.{role}", entry(args={"mode": "fan_out"}), shape=shape)
        for i in range(2)
        for role, shape in (("weight", [4, 4]), ("bias", [4]))
    ),
    parameter(
        "head.weight",
        entry(when="pretrained"),
        entry("torch.nn.init.kaiming_uniform_", 0.25, args={"a": 5**0.5}, path=None, line=12),
        shape=["classes", 4],
        trainable=False,
        read_by=[],
    ),
    parameter("head.bias", shape=None, fan_in=None, fan_out=None),
    **{"head.bias": "call of fill", "src/net.py:9:5": "call of make"},
)

LONG = document(
    parameter(
        "attention.relative_position_bias_table",
        entry(
            "torch.nn.init.trunc_normal_",
            args={"mean": 0.0, "std": 0.02, "a": -2.0, "b": 2.0},
            path="src/models/net.py",
        ),
        entry(path=None, when="not windowed"),
        layer="models.attention.WindowAttention",
        read_by=["torch.nn.functional.scaled_dot_product_attention", "torch.Tensor +"],
    ),
)

WIDE = """\
src/net.py::Net
  parameter        shape        fan in  fan out  initializer                        std   where             read by
(the model itself)  Net
  scale            scalar            -        -  ones()                             0     src/net.py:7      ReLU
blocks.*.fc  Linear  x2
  weight           4x4               4        8  normal_(mode=fan_out)              0.02  src/net.py:7      ReLU
  bias             4                 4        8  normal_(mode=fan_out)              0.02  src/net.py:7      ReLU
head  Linear
  weight (frozen)  classes x 4       4        8  normal_(std=0.02) when pretrained  0.02  src/net.py:7
                                                 kaiming_uniform_(a=2.236)          0.25  default, line 12
  bias             ?                 -        -  unknown: call of fill              ?                       ReLU
unknown: head.bias: call of fill
unknown: src/net.py:9:5: call of make
7 parameters, 1 unknown, something may be missing: see --show-unknown
"""

WRAPPED = """\
src/net.py::Net
line numbers are of src/models/net.py
  parameter            shape  fan in  fan out  initializer                   std   where            read by
attention  WindowAttention
  relative_position_   8x4         4        8  trunc_normal_(mean=0,         0.02  line 7           scaled_dot_product_
    bias_table                                  std=0.02, a=-2, b=2)                                 attention, Tensor +
                                               normal_(std=0.02) when not    0.02  default, line 7
                                                windowed
1 parameter, 32 elements, none unknown
"""

NARROW = """\
src/net.py::Net
line numbers are of src/net.py
(the model itself)  Net
  scale  scalar  read by ReLU
    std 0  ones()  line 7
blocks.*.fc  Linear  x2
  weight  4x4  fans 4 / 8  read by ReLU
    std 0.02  normal_(mode=fan_out)  line 7
  bias  4  fans 4 / 8  read by ReLU
    std 0.02  normal_(mode=fan_out)  line 7
head  Linear
  weight (frozen)  classes x 4  fans 4 / 8
    std 0.02  normal_(std=0.02) when pretrained  line 7
    std 0.25  kaiming_uniform_(a=2.236)
      default, line 12
  bias  ?  read by ReLU
    unknown: call of fill
unknown: head.bias: call of fill
unknown: src/net.py:9:5: call of make
7 parameters, 1 unknown, something may be missing: see
  --show-unknown
"""


def test_a_row_a_parameter_where_there_is_room() -> None:
    assert render(SMALL, width=None, colour=False) == render(SMALL, width=200, colour=False) == WIDE


def test_cells_wrap_before_the_table_is_given_up() -> None:
    assert render(LONG, width=120, colour=False) == WRAPPED


def test_lines_a_parameter_where_there_is_none() -> None:
    assert render(SMALL, width=55, colour=False) == NARROW


@pytest.mark.parametrize("width", [30, 55, 80, 119, 120, 160])
def test_nothing_is_cut(width: int) -> None:
    name = "a_rather_long_name_of_a_module." * 3
    made = document(
        parameter(
            f"{name}weight",
            entry(args={"generator": "a" * 90, "std": "2 * hidden_size // heads"}, when="x is not None"),
            shape=["4 * hidden_size // heads", "in_channels // groups", 3, 3],
            read_by=[
                "torch.nn.modules.linear.NonDynamicallyQuantizableLinear",
                "torch.nn.BatchNorm2d",
                "torch.Tensor +",
            ],
        ),
        parameter("漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字.weight", entry()),
    )
    shown = render(made, width=width, colour=False)
    assert max(map(cell_len, shown.split("\n"))) <= width
    assert "\N{HORIZONTAL ELLIPSIS}" not in shown
    lines = [line for line in shown.split("\n") if not line.startswith(("line numbers", "  src"))]
    if width < 120:
        bare = "".join("".join(lines).split())
        for text in (
            name[:-1],
            "NonDynamicallyQuantizableLinear",
            "a" * 90,
            "4*hidden_size//headsxin_channels//groupsx3x3",
        ):
            assert text in bare
    else:  # cells are side by side: each letter is there as often
        whole = render(made, width=None, colour=False).replace("src/net.py:7", "line7")
        assert sorted("".join("".join(lines).split())) == sorted("".join(whole.split()))


def test_a_column_is_never_too_narrow_to_read() -> None:
    heads = render(LONG, width=120, colour=False).split("\n")[2]
    assert [
        word for word in ("parameter", "shape", "fan in", "initializer", "where", "read by") if word not in heads
    ] == []
    assert render(SMALL, width=119, colour=False).startswith("src/net.py::Net\n(the model itself)")


def test_names_cannot_steer_the_terminal() -> None:
    shown = render(document(parameter("a\x1b[2J.we\u202eight", entry(when="\x07"))), width=80, colour=False)
    assert not {"\x1b", "\u202e", "\x07"} & set(shown) and "\\x1b" in shown


def test_colour_changes_no_letter() -> None:
    coloured = render(SMALL, width=80, colour=True)
    assert "\x1b[" in coloured
    assert Text.from_ansi(coloured).plain == render(SMALL, width=80, colour=False)


def test_files_with_the_same_name_are_told_apart() -> None:
    made = document(
        *(parameter(f"{n}.weight", entry(path=f"a/{n}/net.py"), read_by=["torch.nn." + "R" * 70]) for n in ("x", "y"))
    )
    shown = render(made, width=80, colour=False)
    assert "x/net.py is a/x/net.py\ny/net.py is a/y/net.py\n" in shown and "x/net.py:7" in shown


def test_the_tail_is_short() -> None:
    made = document(parameter("w"), **{f"net.py:{i}:1": f"call of {'f' * i}" for i in range(1, 9)})
    shown = render(made, width=None, colour=False)
    assert shown.count("\nunknown: ") == 6 and "unknown: and 4 more (--show-unknown)\n" in shown
    assert (
        "unknown: " not in render(made, width=None, colour=False, tail=False).partition("\n  w")[2].partition("\n")[2]
    )


def test_what_may_be_missing_is_said() -> None:
    made = document(parameter("fc.weight", entry()), **{"net.py:3:1": "a class made by type()"})
    assert render(made, width=None, colour=False).endswith(
        "1 parameter, 32 elements, none of these unknown, something may be missing: see --show-unknown\n"
    )
    made = document(parameter("fc.weight", entry()), **{"net.py:3:1": "int of unknown"})
    assert render(made, width=None, colour=False).endswith("1 parameter, 32 elements, none unknown\n")


def test_modules_that_are_not_known_leave_no_sum() -> None:
    made = document(parameter("fc.weight", entry()), **{"body.*": "built by timm.create_model"})
    assert render(made, width=80, colour=False).endswith(
        "unknown: body.*: built by timm.create_model\n1 parameter, none unknown, and those of 1 unknown module\n"
    )
    assert render(document(parameter("fc.weight", entry())), width=80, colour=False).endswith(
        "1 parameter, 32 elements, none unknown\n"
    )


def test_causes_are_ranked() -> None:
    unfilled = [parameter(f"net.{i}.weight") for i in range(3)]
    one = document(
        *unfilled,
        parameter("memory", entry("uninitialised", None, mean=None)),
        parameter("a.weight", entry(std=None), shape=["dim", 4]),
        parameter("b.weight", entry(std=None)),
        parameter("c.weight", entry()),
        **{f"net.{i}.weight": f"net.py:{i + 2}:5: call of f[{i}]" for i in range(3)},
        **{"src/net.py:3:1": "call of g", "body.*": "built by timm.create_model"},
    )
    two = document(parameter("x"), **{"x": "net.py:40:5: call of f[9]", "src/net.py:9:1": "call of g"})
    assert list(ranking([one, two])) == [
        "     4  parameters: ...: call of f[*]",
        "     2  places: call of g",
        "     1  parameter: memory that nothing fills",
        "     1  parameter: normal_ with a size that is not known",
        "     1  parameter: normal_ with values that are not known",
        "     1  module: built by timm.create_model",
        "    10  unknown in all",
    ]


def test_a_document_with_nothing_in_it_is_one_line() -> None:
    assert render(document(), width=80, colour=False) == "src/net.py::Net: no parameters\n"
    failed = document(**{"src/net.py::Net": "could not be built: every path that was tried raises"})
    assert render(failed, width=None, colour=False) == (
        "src/net.py::Net: could not be built: every path that was tried raises\n"
    )
