"""Rows 57 to 59: what a probe meets. ``tests/test_probe_launch.py`` tries more with the same targets."""

from __future__ import annotations

import json
import os
from pathlib import Path

from faults.bench import Row, put, winit

HOSTILE = (Path(__file__).parent.parent / "probe" / "hostile.py").resolve()
_HEAD = "import torch\nfrom torch import nn\n\n\n"
_SMALL = ("--output-format", "json", "--seeds", "1")


def probed(target: str, *options: str) -> tuple[int, str]:
    """The exit code and the document of a probe, as text."""
    result = winit("probe", target, *_SMALL, *options)
    assert "Traceback" not in result.stderr
    return result.exit_code, result.stdout + result.stderr


def _imports() -> None:
    for name, text, said in (
        ("missing", "import nothing_of_this_name\n", "nothing_of_this_name"),
        ("relative", "from . import other\n", "relative import"),
        ("syntax", "def f(:\n", "SyntaxError"),
        ("raises", "raise RuntimeError('no CUDA here')\n", "no CUDA here"),
        ("exits", "import os\nos._exit(3)\n", "exit code 3"),
        ("deep", "def f(): return f()\nf()\n", "RecursionError"),
    ):
        path = put(f"{name}.py", (text + _HEAD + "class Net(nn.Module):\n    pass\n").encode())
        code, output = probed(f"{path}::Net")
        assert code == 0 and said in output, (name, output[:300])
    assert probed("missing.py::Net", "--require-probe")[0] == 2
    put("one.py", f"import two\n{_HEAD}class Net(nn.Module):\n    pass\n".encode())
    put("two.py", b"from one import Net\n")
    assert probed("one.py::Net")[0] == 0


CONSTRUCTORS = (
    _HEAD
    + """
class Needs(nn.Module):
    def __init__(self, width, *, depth):
        super().__init__()


class Reads(nn.Module):
    def __init__(self):
        super().__init__()
        open("/nowhere/weights.bin")


class Downloads(nn.Module):
    def __init__(self):
        super().__init__()
        torch.hub.load_state_dict_from_url("https://example.invalid/weights.pth")


class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.LazyLinear(3)

    def forward(self, x):
        return self.fc(x)


class Meta(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4, device="meta")


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(4, 4)
        self.two = nn.Linear(4, 4)
        self.two.weight = self.one.weight

    def forward(self, x):
        return self.two(self.one(x))


class Itself(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self._modules["me"] = self

    def forward(self, x):
        return self.fc(x)


class Nothing(nn.Module):
    pass
"""
)


def _constructors() -> None:
    put("models.py", CONSTRUCTORS.encode())
    for name, said in (("Needs", "it needs `width`, `depth`"), ("Reads", "/nowhere/weights.bin"), ("Downloads", "")):
        code, output = probed(f"models.py::{name}")
        assert code == 0 and said in output, (name, output[:300])
    for name, options in (
        ("Lazy", ("--input-size", "5,4")),
        ("Meta", ()),
        ("Tied", ()),
        ("Itself", ()),
        ("Nothing", ()),
    ):
        code, output = probed(f"models.py::{name}", *options)
        assert code in {0, 1}, (name, output[:300])


FORWARDS = (
    _HEAD
    + """
class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)
        self.head = nn.Linear(3, 2)


class Raises(Base):
    def forward(self, x):
        raise ValueError(self.fc(x).sum())


class Distribution(Base):
    def forward(self, x):
        return torch.distributions.Normal(self.fc(x), 1.0)


class Dictionary(Base):
    def forward(self, x):
        return {"a": [self.head(self.fc(x))], "b": None}


class Nothing(Base):
    def forward(self, x):
        self.fc(x)


class Depends(Base):
    def forward(self, x):
        return self.head(self.fc(x)) if x.sum() > 0 else self.fc(x)


class NotANumber(Base):
    def forward(self, x):
        return self.head(self.fc(x) / 0)


class Garbage(Base):
    def __init__(self):
        super().__init__()
        self.free = nn.Parameter(torch.empty(3))

    def forward(self, x):
        return self.head(self.fc(x) + self.free)


class OneElement(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return x * self.scale


class Integers(Base):
    def forward(self, x):
        return self.fc(x).argmax(-1)
"""
)


def _no_number(text: str) -> None:
    raise AssertionError(f"{text}: a number that JSON has not")


def _forwards() -> None:
    put("models.py", FORWARDS.encode())
    names = (
        "Raises",
        "Distribution",
        "Dictionary",
        "Nothing",
        "Depends",
        "NotANumber",
        "Garbage",
        "OneElement",
        "Integers",
    )
    for name in names:
        result = winit("probe", f"models.py::{name}", *_SMALL, "--input-size", "5,4")
        assert result.exit_code in {0, 1} and "Traceback" not in result.stderr, (name, result.stderr)
        whole = json.loads(result.stdout, parse_constant=_no_number)
        assert whole["parameters"], name
    assert os.path.exists(HOSTILE)


ROWS: dict[str, Row] = {"57-imports": _imports, "58-constructors": _constructors, "59-forwards": _forwards}
