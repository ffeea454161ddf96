"""``winit-lint inspect``: targets, arguments, filters, budgets, and what is said of what is not known."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from winit_lint.cli.group import cli
from winit_lint.finding import Finding
from winit_lint.interpreter.explore import STEPS
from winit_lint.interpreter.roots import TARGET_STEPS
from winit_lint.ir.exploration import Exploration
from winit_lint.ir.model import Model
from winit_lint.ir.project import Project
from winit_lint.passes import check_file
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

NET = """import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        nn.init.normal_(self.fc.weight, std=0.02)


class Net(nn.Module):
    def __init__(self, dim=8, depth=3, *, classes=2):
        super().__init__()
        self.blocks = nn.ModuleList([Block(dim) for _ in range(depth)])
        self.head = nn.Linear(dim, classes)


class Gate(nn.Module):
    def forward(self, x):
        return x.sigmoid()


class Broken(nn.Module):
    def __init__(self):
        super().__init__()
        raise NotImplementedError


def small(**options):
    return Net(4, 2, **options)


def width():
    return 4
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def put(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def inspect(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["inspect", *arguments], catch_exceptions=False)


def shown(*arguments: str) -> str:
    result = inspect(*arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def told(*arguments: str) -> Any:
    return json.loads(shown(*arguments, "--output-format", "json"))


def names(document: dict[str, Any]) -> list[str]:
    return [parameter["name"] for parameter in document["parameters"]]


def refusal(*arguments: str) -> str:
    result = inspect(*arguments)
    assert result.exit_code == 2 and not result.stdout
    head, tail, rest = result.stderr.partition("winit-lint: error: ")
    assert (head, tail, rest.count("\n")) == ("", "winit-lint: error: ", 1)
    return rest.rstrip("\n")


def test_the_table_is_folded_and_the_document_is_not() -> None:
    put("net.py", NET)
    assert "blocks.*.fc  Linear  x3\n" in shown("net.py::Net")
    assert shown("net.py::Net").endswith("8 parameters, 234 elements, none unknown\n")
    assert "blocks.1.fc  Linear\n" in shown("net.py::Net", "--no-fold")
    assert len(told("net.py::Net")["parameters"]) == 8


def test_a_pipe_is_not_wrapped_unless_columns_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    put("net.py", NET.replace("dim=8", "dim=1234567 * 89 * 12345678901234567890 * 12345678901234567890"))
    assert max(map(len, shown("net.py::Net").split("\n"))) > 160
    for columns in (60, 120):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert max(map(len, shown("net.py::Net").split("\n"))) <= columns
    for columns in ("", "0", "wide", "-5"):
        monkeypatch.setenv("COLUMNS", columns)
        assert max(map(len, shown("net.py::Net").split("\n"))) > 160


def test_a_filter_chooses_parameters() -> None:
    put("net.py", NET)
    assert names(told("net.py::Net", "--filter", "head*")) == ["head.weight", "head.bias"]
    both = told("net.py::Net", "--filter", "head.bias", "--filter", "blocks.[01].*.weight")
    assert names(both) == ["blocks.0.fc.weight", "blocks.1.fc.weight", "head.bias"]
    table = shown("net.py::Net", "--filter", "*.weight")
    assert (
        "  weight" in table and "  bias" not in table and table.endswith("4 parameters, 208 elements, none unknown\n")
    )


def test_a_filter_that_matches_nothing_is_told() -> None:
    put("net.py", NET)
    assert refusal("net.py::Net", "--filter", "*weight", "--filter", "haed.weight") == (
        "--filter: no parameter matches `haed.weight`; did you mean `head.weight`?"
    )
    assert refusal("net.py", "--filter", "Head*", "--output-format", "json").startswith("--filter: no parameter")
    assert refusal("net.py::Net", "--filter", "") == "--filter: an empty pattern matches no parameter"


def test_a_file_stands_for_all_its_roots() -> None:
    put("net.py", NET)
    documents = told("net.py")
    assert [document["target"] for document in documents] == [
        f"net.py::{name}" for name in ("Block", "Net", "Gate", "Broken", "small")
    ]
    assert documents[1] == told("net.py::Net")
    table = shown("net.py")
    assert table.count("::") == 5 and "\n\nnet.py::Gate: no parameters\n\n" in table
    assert "net.py::Broken: could not be built: every path that was tried raises: NotImplementedError (net.py:" in table
    assert [document["target"] for document in told("net.py", "--filter", "head*")] == ["net.py::Net", "net.py::small"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('raise ValueError(f"no kind {kind!r}")', "ValueError: no kind 'a' (net.py:6)"),
        ("self.depth = self.width", "AttributeError: Net has no attribute width (net.py:6)"),
        ('self.size = {"b": 2}[kind]', "KeyError: 'a' (net.py:6)"),
        ("helper(kind)", "RuntimeError: not here (net.py:9)"),
    ],
)
def test_what_every_path_raises_is_told(line: str, said: str) -> None:
    lines = ["from torch import nn", "", "class Net(nn.Module):", "    def __init__(self, kind='a'):"]
    lines += [
        "        super().__init__()",
        f"        {line}",
        "",
        "def helper(kind):",
        "    raise RuntimeError('not here')",
    ]
    put("net.py", "\n".join([*lines, ""]))
    assert refusal("net.py::Net").endswith(f"every path that was tried raises: {said}")


def test_the_statements_of_a_file_are_a_root_of_their_own() -> None:
    put("train.py", "from torch import nn\n\nmodel = nn.Sequential(nn.Linear(3, 2))\nnn.init.zeros_(model[0].bias)\n")
    (document,) = told("train.py")
    assert document["target"] == "train.py::<module>"
    assert [p["initializers"][0]["init"] for p in document["parameters"]][1] == "torch.nn.init.zeros_"


def test_a_module_is_found_as_its_imports_are() -> None:
    put("src/zoo/__init__.py", "from zoo.nets import Net\n")
    put("src/zoo/nets.py", "from zoo.parts import Net\n")
    put("src/zoo/parts.py", NET)
    for target in ("zoo:Net", "zoo.nets:Net", "zoo.parts:Net", "src/zoo/__init__.py::Net"):
        assert len(names(told(target))) == 8, target
    assert [document["target"] for document in told("zoo.parts")][:2] == [
        "src/zoo/parts.py::Block",
        "src/zoo/parts.py::Net",
    ]


def test_a_package_beside_that_of_the_target_is_read() -> None:
    put("library/__init__.py", "from library import parts\n")
    put("library/parts/__init__.py", "from library.parts.net import Base\n")
    body = "    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(3, 2)\n"
    put("library/parts/net.py", f"from torch import nn\n\nclass Base(nn.Module):\n{body}")
    put("own/__init__.py", "")
    put("own/net.py", "import library\n\nclass Net(library.parts.net.Base):\n    pass\n")
    assert names(told("own/net.py::Net")) == ["fc.weight", "fc.bias"]


def test_the_table_shows_a_mean_that_is_not_zero() -> None:
    put("norm.py", "from torch import nn\n\ndef norm():\n    return nn.Sequential(nn.LayerNorm(3))\n")
    assert "0 mean 1" in shown("norm.py::norm")


def test_imports_are_looked_up_from_the_working_directory() -> None:
    put("parts/blocks/net.py", NET)
    put("apps/vision/model.py", "from parts.blocks.net import Net\n\n\ndef make():\n    return Net(depth=1)\n")
    assert names(told("apps.vision.model:make")) == names(told("apps/vision/model.py::make")) != []


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("net.py::Net(dpeth=2)", "net.py: Net takes no argument `dpeth`; did you mean `depth`?"),
        ("net.py::Net(1, 2, 3)", "net.py: Net takes at most 2 positional arguments, 3 given"),
        ("net.py::Net(1, dim=2)", "net.py: Net is given `dim` twice"),
        ("net.py::Net(dim=1, dim=2)", "`dim` is given twice: (dim=1, dim=2)"),
        ("net.py::Gate2(1)", "net.py: Gate2 takes no positional argument, 1 given"),
        ("net.py::Block(8, 8)", "net.py: Block takes at most 1 positional argument, 2 given"),
        ("net.py::width(2)", "net.py: width takes no positional argument, 1 given"),
        ("net.py::marked(dpeth=2)", "net.py: marked takes no argument `dpeth`; did you mean `depth`?"),
        ("net.py::Net(dim=Size(wdith=3))", "net.py: Size takes no argument `wdith`; did you mean `width`?"),
        ("net.py::Net(dim=Size(1, 2))", "net.py: Size takes at most 1 positional argument, 2 given"),
        (
            "net.py::small(clases=2)",
            "net.py: small hands `clases` on to net.Net.__init__, which takes no such argument",
        ),
        ("net.py::width", "net.py::width builds no module"),
        (
            "net.py::Broken",
            "net.py::Broken could not be built: every path that was tried raises: NotImplementedError (net.py:27)",
        ),
        ("net.py::Absent", "net.py defines no Absent"),
        ("", "an empty target; write path/to/file.py::Name or package.module:Name"),
        (".", ". is a folder; name one of its files"),
        (".::Net", ". is a folder; name one of its files"),
        ("absent.py", "no such file: absent.py"),
        ("absent.module", "no module absent.module below the working directory or on the path"),
        ("empty.py", "empty.py defines no module and builds none"),
    ],
)
def test_what_a_target_does_not_take_is_refused(target: str, message: str) -> None:
    put("empty.py", "x = 1\n")
    more = (
        "from dataclasses import dataclass\n\n\n@dataclass\nclass Size:\n    width: int = 3\n\n\n"
        "class Gate2(nn.Module):\n    def __init__(self):\n        super().__init__()\n\n\n"
        "def register(function):\n    REGISTRY = function\n    return function\n\n\n"
        "@register\ndef marked(depth=2):\n    return Net(depth=depth)\n"
    )
    put("net.py", f"{NET}\n\n{more}")
    assert refusal(target) == message


def test_a_call_that_may_be_right_is_not_refused() -> None:
    put(
        "net.py",
        f"{NET}\n\ndef renamed(function):\n    def call(layers):\n        return function(depth=layers)\n"
        "    return call\n\n\n@renamed\ndef wrapped(depth=2):\n    return Net(depth=depth)\n\n\n"
        "class Config:\n    def __init__(self, **options):\n        self.width = 4\n\n\n"
        "def make(config, *rest, **more):\n    return Net(config.width)\n",
    )
    for target in ("wrapped(layers=3)", "make(Config(any=1), 2, 3, other=4)", "make", "Block", "Net(classes=3)"):
        assert names(told(f"net.py::{target}")), target


def test_a_model_whose_source_is_not_at_hand_is_told() -> None:
    put(
        "net.py",
        "import absent_models\nimport timm\nfrom absent_zoo import build\nfrom torch import nn\n"
        "from torchvision.models import ResNet, resnet50\n\n\n"
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.body = resnet50(weights=None)\n        self.neck = timm.create_model('x')\n"
        "        self.tail = build(3)\n        self.head = nn.Linear(3, 2)\n\n\n"
        "class Own(ResNet):\n    def __init__(self):\n        super().__init__(1, [2])\n"
        "        self.extra = nn.Linear(3, 2)\n\n\n"
        "def tuned():\n    model = resnet50()\n    model.fc = nn.Linear(2048, 10)\n    return model\n\n\n"
        "def other():\n    return absent_models.resnet50(weights=None)\n",
    )
    document = told("net.py::Net")
    assert names(document) == ["head.weight", "head.bias"]
    assert [(item["name"], item["why"]) for item in document["unknown"]] == [
        ("body.*", "built by torchvision.models.resnet50, whose source is not at hand"),
        ("neck.*", "built by timm.create_model, whose source is not at hand"),
        ("net.py:13:21", "call of absent_zoo.build"),
    ]
    assert shown("net.py::Net").endswith(
        "2 parameters, none of these unknown, and those of 2 unknown modules, "
        "something may be missing: see --show-unknown\n"
    )
    assert names(told("net.py::Own")) == ["extra.weight", "extra.bias"]
    assert "layers of torchvision.models.resnet.ResNet" in told("net.py::Own")["unknown"][0]["why"]
    document = told("net.py::tuned")
    assert (names(document), document["unknown"][0]["name"]) == (["fc.weight", "fc.bias"], "*")
    document = told("net.py::other")
    assert names(document) == [] and "call of absent_models.resnet50" in {item["why"] for item in document["unknown"]}
    assert shown("net.py::other").startswith("net.py::other\nunknown: net.py:")


def test_the_causes_of_the_unknown_are_ranked() -> None:
    put(
        "net.py",
        f"from absent import fill\n{NET.replace('nn.init.normal_(self.fc.weight, std=0.02)', 'fill(self.fc)')}",
    )
    result = inspect("net.py::Net", "--show-unknown")
    assert (
        result.stderr
        == "     6  parameters: call of absent.fill\n     1  place: call of absent.fill\n     7  unknown in all\n"
    )
    assert "\nunknown: " not in result.stdout
    assert "\nunknown: blocks.0.fc.weight (and 6 more): call of absent.fill\n" in shown("net.py::Net")
    summed = inspect("net.py", "--show-unknown", "--output-format", "json")
    assert summed.stderr.startswith("    12  parameters: call of absent.fill\n") and json.loads(summed.stdout)


LOOPS = """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 4)
        nn.init.zeros_(self.first.bias)
        for i in range(400):
            setattr(self, f"layer{i}", nn.Linear(4, 4))
        nn.init.ones_(self.first.bias)

    def forward(self, x):
        return self.layer0(self.first(x)).relu()


def make():
    return Net()
"""


def test_a_root_that_costs_too_much_keeps_what_is_certain() -> None:
    put("net.py", LOOPS)
    assert len(names(told("net.py::Net"))) == 802
    document = told("net.py::Net", "--max-steps", "500")
    assert names(document)[:2] == ["first.weight", "first.bias"] and 2 < len(names(document)) < 802
    assert not any(parameter["initializers"] for parameter in document["parameters"])  # a later line may write them
    why = "cut off after 500 steps (see --max-steps)"
    assert {item["why"] for item in document["unknown"]} == {why}
    assert shown("net.py::Net", "--max-steps", "500").count("\nunknown: ") == 1
    assert told("net.py::make", "--max-steps", "500")["unknown"] == [{"name": "net.py:17:1", "why": why}]
    assert [len(document["unknown"]) > 0 for document in told("net.py", "--max-steps", "500")] == [True, True]


@pytest.mark.parametrize("steps", [1, 20, 60, 100, 300, 1_000, 3_000, 6_000, 20_000])
def test_no_budget_makes_an_answer_wrong(steps: int) -> None:
    put("net.py", LOOPS)
    whole = {parameter["name"]: parameter for parameter in told("net.py::Net")["parameters"]}
    for parameter in told("net.py::Net", "--max-steps", str(steps))["parameters"]:
        assert parameter["initializers"] in ([], whole[parameter["name"]]["initializers"])


def test_a_forward_pass_that_costs_too_much_is_told() -> None:
    longer = "for _ in range(90):\n            x = self.first(x + 1)\n        return"
    put("net.py", LOOPS.replace("range(400)", "range(2)").replace("return self.layer0", f"{longer} self.layer0"))
    document = told("net.py::Net", "--max-steps", "300")
    assert [p["initializers"] != [] for p in document["parameters"]] == [True] * 6
    assert [item["why"] for item in document["unknown"]] == ["forward cut off after 300 steps (see --max-steps)"]
    assert told("net.py::Net")["unknown"] == []


def test_check_has_the_same_budget_and_never_judges_a_part() -> None:
    put("net.py", LOOPS.replace("self.first = nn.Linear(4, 4)", "self.first = nn.Linear(4, 4, bias=False)"))
    plain = CliRunner().invoke(cli, ["check", "net.py", "--select", "WI703", "--output-format", "concise"])
    assert "WI703" in plain.stdout
    put("winit-lint.toml", "max-steps = 300\n")
    cut = CliRunner().invoke(cli, ["check", "net.py", "--select", "WI703", "--show-unknown"])
    assert cut.exit_code == 0 and "WI703" not in cut.stdout
    assert "     2  cut off after 300 steps (see --max-steps)\n" in cut.stderr
    assert told("net.py::make")["unknown"][0]["why"] == "cut off after 300 steps (see --max-steps)"
    over = CliRunner().invoke(cli, ["check", "net.py", "--select", "WI703", "--max-steps", "200000"])
    assert "WI703" in over.stdout
    for wrong in ("0", "many"):
        assert inspect("net.py::Net", "--max-steps", wrong).exit_code == 2
    put("winit-lint.toml", "max-steps = 0\n")
    assert (
        refusal("net.py::Net")
        == f"{os.path.join(os.getcwd(), 'winit-lint.toml')}:1:1: `max-steps` must be a positive whole number"
    )


def test_no_rule_sees_a_model_that_is_not_complete() -> None:
    seen: list[str] = []

    def check(run: Pass) -> Iterator[Finding]:
        seen.append(run.model.name)
        yield from ()

    span = Span("net.py", 1, 1, 1, 1)
    part = Model("net.Part", "Part", "net.py", span, complete=False, unknowns=(("cut off", span),))
    sets = [(part,), (Model("net.Net", "Net", "net.py", span), part)]
    roots = [Exploration(tuple, partial(tuple, models)) for models in sets]
    outcome = check_file(None, "net.py", lambda index, path: iter(roots), Project(), [Rule("WI999", "any", "", check)])
    assert (seen, outcome.unknowns, outcome.sound) == (["Net"], (("cut off", 1),), True)


def test_config_shows_the_budget() -> None:
    def line(*options: str) -> str:
        return CliRunner().invoke(cli, ["config", "max-steps", *options]).stdout

    assert line() == f"max-steps = null  # default: {STEPS} in check, {TARGET_STEPS} in inspect\n"
    assert line("--max-steps", "7") == "max-steps = 7  # --max-steps\n"
    put("winit-lint.toml", "max-steps = 5\n")
    assert line().startswith("max-steps = 5  # ") and line().endswith("winit-lint.toml\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("",),
        ("check", ""),
        ("check", ".", ""),
        ("check", "--select", ""),
        ("--select", " , "),
        ("--ignore", ""),
        ("check", "--extend-select", ","),
        ("config", "--select", ""),
    ],
)
def test_nothing_is_no_path_and_no_rule(arguments: tuple[str, ...]) -> None:
    put("net.py", NET)
    result = CliRunner().invoke(cli, list(arguments))
    assert result.exit_code == 2 and not result.stdout
    assert result.stderr.startswith("winit-lint: error: ") and result.stderr.count("\n") == 1
