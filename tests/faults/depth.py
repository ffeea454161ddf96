"""Rows 21 to 31: size and depth, and what costs one file only."""

from __future__ import annotations

import os
import time

import fake_front_end
import pytest
from fake_front_end import FRONT_END, RULES

from faults.bench import FOUND, GOOD, Row, alone, found, put, winit
from winit_lint import driver
from winit_lint.cli import check

_START = b"import torch\nx = "


def _nested() -> None:
    for raw in (
        b"(" * 3000 + b")" * 3000,
        b"f(" * 1200 + b")" * 1200,
        b"[" * 250 + b"]" * 250,
        b"{1: " * 250 + b"1" + b"}" * 250,
    ):
        before = time.monotonic()
        assert alone(_START + raw, "WI006") == (1, ["WI006"])
        assert time.monotonic() - before < 60  # a hang would be longer
    for raw in (b"(" * 5000, b"a" + b"[0]" * 250 + b"(" * 300, b"not " * 3000 + b"1"):
        assert alone(_START + raw, "WI006") == (1, ["WI006"])


def _long_chains() -> None:
    for raw in (
        b"a + " * 1000 + b"a",
        b"a" + b".b" * 1000,
        b"a" + b"()" * 1000,
        b"a" + b"[0]" * 1000,
        b"-" * 1000 + b"1",
        b"1 if a else " * 1000 + b"1",
        b"a < " * 1000 + b"a",
        b"a and " * 1000 + b"a",
        b"'a' " * 1000,
        b"2 ** " * 1000 + b"1",
        b"a = " * 1000 + b"1",
    ):
        assert alone(GOOD + b"x = " + raw) == (0, [FOUND[0]]), raw[:20]


def _branches() -> None:
    for raw in (
        b"if a:\n  x\n" + b"elif b:\n  y\n" * 1000,
        b"".join(b" " * n + b"if a:\n" for n in range(90)) + b" " * 90 + b"x\n",
        b"".join(b" " * n + b"class A:\n" for n in range(90)) + b" " * 90 + b"x = 1\n",
        b"@a\n" * 1000 + b"def f(): pass\n",
        b"with " + b", ".join([b"a"] * 1000) + b": pass\n",
        b"match a:\n" + b"  case 1: x\n" * 1000,
        b"try:\n  x\n" + b"except A:\n  y\n" * 1000,
        b"".join(b"import a%d\n" % n for n in range(1000)),
    ):
        assert alone(GOOD + raw) == (0, [FOUND[0]]), raw[:20]
    assert alone(GOOD + b"if a:\n  x\n" + b"elif b:\n  y\n" * 10_000, "WI006") == (1, ["WI006"])


def _too_long_chains() -> None:
    for raw in (b"a + " * 10_000 + b"a", b"a" + b".b" * 10_000, b"a and " * 10_000 + b"a"):
        assert alone(_START + raw, "WI006") == (1, ["WI006"])


def _large() -> None:
    assert alone(b"# torch\n" * 200_000, "WI005") == (0, ["WI005"])
    put("winit-lint.toml", b"[thresholds]\nfile-lines = 300000\n")
    assert alone(b"# torch\n" * 200_000) == (0, [])
    put("winit-lint.toml", b"[thresholds]\nfile-bytes = 100\n")
    assert alone(GOOD) == (0, ["WI005"])


def _long_line() -> None:
    line = b"x = '" + b"a" * 1_000_000 + b"'; torch.nn.init.orthogonal_(torch.empty(3))\n"
    assert alone(GOOD + line)[1][0] == FOUND[0]
    long = GOOD.replace(b"        nn.init", b"        " + b"x = '" + b"a" * 1_000_000 + b"'; nn.init")
    assert alone(long) == (0, [FOUND[0]])
    assert max(map(len, winit("a.py").stdout.split("\n"))) < 2_000


def _long_numbers() -> None:
    for raw in (b"9" * 10_000, b"0x" + b"f" * 100_000, b"1e99999", b"0b" + b"1" * 50_000, b"1_0.0_1e-99999j"):
        assert alone(GOOD + b"x = " + raw) == (0, [FOUND[0]])
    assert alone(GOOD.replace(b"64, 64", b"10 ** 5000, 64"))[0] == 0
    assert alone(GOOD.replace(b"64, 64", b"9" * 5000 + b", 64"))[0] == 0


def _faked(run: Row) -> Row:
    """With a front end that does what comments say."""

    def row() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(driver, "static_front_end", lambda: FRONT_END)
            patch.setattr(check, "RULES", RULES)
            patch.setattr(check, "NAMES", RULES)
            fake_front_end.TEXTS.clear()
            run()

    return row


FAULT = b"import torch\na = 1  # fault: xavier-before-relu\n"


def _killed() -> None:
    for name in ("a.py", "b.py", "c.py", "z.py"):
        put(name, FAULT)
    put("k.py", b"import torch\n# die\n")
    code, findings = found("--jobs", "2", ".")
    assert code == 2
    assert [path for path, finding, _ in findings if finding == "WI101"] == ["a.py", "b.py", "c.py", "z.py"]
    assert [path for path, finding, _ in findings if finding == "WI007"] == ["k.py"]


def _raising() -> None:
    put("a.py", FAULT + b"# crash\n")
    put("b.py", FAULT + b"# rule crash\n")
    put("c.py", FAULT + b"# index crash\n")
    put("z.py", FAULT)
    code, findings = found(".")
    assert code == 2
    assert {path for path, finding, _ in findings if finding == "WI007"} == {"a.py", "b.py", "c.py"}
    assert ("a.py", "WI101", "warning") in findings, "what was found before it"
    assert ("b.py", "WI101", "warning") in findings, "by the other rules"
    assert ("z.py", "WI101", "warning") in findings
    text = winit(".").stdout
    assert "rule unscaled-random-parameter: ZeroDivisionError" in text and "Please report" in text
    assert winit(".", "--exit-zero").exit_code == 2
    os.unlink("a.py")
    os.unlink("c.py")
    assert found(".", "--ignore", "WI109")[1].count(("b.py", "WI007", "error")) == 0


def _not_whole() -> None:
    """A suppression may be needed by what was not linted."""
    put("a.py", b"import torch  # winit: ignore[WI101]\n")
    assert found(".") == (1, [("a.py", "WI002", "warning")])
    put("b.py", FAULT + b"# crash\n")
    assert "WI002" not in [code for _, code, _ in found(".")[1]]
    os.unlink("b.py")
    put("__init__.py", b"")
    assert found("a.py") == (0, [])  # another file of its package may need the suppression
    assert found("--select", "WI5", "--extend-select", "WI002", ".") == (0, [])


ROWS: dict[str, Row] = {
    "21-nested": _nested,
    "22-long-chains": _long_chains,
    "23-branches": _branches,
    "25-too-long-chains": _too_long_chains,
    "26-large": _large,
    "27-long-line": _long_line,
    "29-long-numbers": _long_numbers,
    "30-killed-worker": _faked(_killed),
    "31-raising-rule": _faked(_raising),
    "31-not-whole": _faked(_not_whole),
}
