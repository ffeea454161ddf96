"""Rows 1 to 19: content and encoding."""

from __future__ import annotations

import json
import os
from pathlib import Path

from test_fixer import fixed as fixed_by
from test_fixer import rename

from faults.bench import DONE, FOUND, GOOD, MODEL, OTHER, Row, alone, document, fixed, found, put, winit

_MARK = b"\xef\xbb\xbf"


def _nothing() -> None:
    for raw in (b"", _MARK, b"# torch", b"\n\n", b"import torch\x0c\n", b"import torch\n# no line end"):
        assert alone(raw) == (0, [])
    put("a.py", b"def f(:\n")
    assert found("a.py") == (1, [("a.py", "WI001", "error")]), "a file that is named is parsed"
    assert found(".") == (0, []), "one that never names torch is passed over"


def _byte_order_mark() -> None:
    put("a.py", _MARK + GOOD)
    first, plain = document("a.py")["findings"][0], None
    put("a.py", GOOD)
    plain = document("a.py")["findings"][0]
    assert (first["line"], first["column"]) == (plain["line"], plain["column"])
    assert fixed(_MARK + GOOD) == _MARK + GOOD.replace(b"xavier_uniform", b"xavier_uniform_")
    put("a.py", _MARK + b"import torch; torch.nn.init.xavier_uniform(torch.empty(3, 3))\n")
    assert found("a.py")[0] == 0


def _utf_16() -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        assert alone(MODEL.encode(encoding), "WI001") == (1, ["WI001"])
    put("a.py", MODEL.encode("utf-16"))
    assert "UTF-16" in winit("a.py").stdout


def _declared() -> None:
    pairs = [
        ("latin-1", "é"),
        ("cp1252", "€"),
        ("shift_jis", "日本"),
        ("gb18030", "中"),
        ("euc_jp", "日"),
        ("koi8-r", "Я"),
    ]
    for encoding, letter in pairs:
        raw = f"# coding: {encoding}\n# {letter}\n{MODEL}".encode(encoding)
        assert alone(raw) == (0, [FOUND[0]])
        assert fixed(raw) == raw.replace(b"xavier_uniform", b"xavier_uniform_")


def _cookies() -> None:
    names = ("klingon", "hex", "base64", "rot13", "zlib", "undefined", "punycode", "../../etc/passwd", "a" * 10_000)
    for name in (*names, "mbcs", "idna2"):
        assert alone(f"# coding: {name}\n".encode() + GOOD, "WI001") == (1, ["WI001"]), name
    assert alone(_MARK + b"# coding: latin-1\n" + GOOD, "WI001") == (1, ["WI001"])
    assert alone(_MARK + b"# coding: utf-8\n" + GOOD) == (0, [FOUND[0]])
    assert alone(b"#!/usr/bin/python\n# vim: set fileencoding=klingon :\n" + GOOD, "WI001") == (1, ["WI001"])
    assert alone(b"# coding: utf\0-8\n" + GOOD, "WI001") == (1, ["WI001"])


def _not_encodable() -> None:
    path = Path(put("a.py", b"# coding: latin-1\nold\n"))
    plan = fixed_by(path, rename("old", "n€w"))
    assert not plan.changes and path.read_bytes() == b"# coding: latin-1\nold\n"
    assert "latin" in plan.refused[0][1] or "iso" in plan.refused[0][1]


def _line_ends() -> None:
    for raw in (GOOD.replace(b"\n", b"\r\n"), GOOD.replace(b"\n", b"\r\n", 3), GOOD.rstrip()):
        assert alone(raw) == (0, [FOUND[0]])
        assert fixed(raw) == raw.replace(b"xavier_uniform", b"xavier_uniform_")


def _only_carriage_returns() -> None:
    raw = GOOD.replace(b"\n", b"\r")
    assert alone(raw) == (0, [FOUND[0]])
    assert fixed(raw) == raw.replace(b"xavier_uniform", b"xavier_uniform_")


def _odd_line_ends() -> None:
    odd = "\x0c\nx = '\x0b\x1c\x1d\x85\u2028\u2029'\n".encode()
    put("a.py", GOOD)
    plain = document("a.py")["findings"][0]["line"]
    put("a.py", odd + GOOD)
    assert document("a.py")["findings"][0]["line"] == plain + 2
    assert fixed(odd + GOOD) == odd + GOOD.replace(b"xavier_uniform", b"xavier_uniform_")


def _bidirectional() -> None:
    put(
        "a.py", MODEL.replace("self.fc", "self.fс").replace("nn.init", "nn.init").encode() + "# \u202e\u2066\n".encode()
    )
    put("b.py", MODEL.replace("xavier_uniform(", "xavier_uniform( ").replace("weight)", "weight)  # \u202e").encode())
    for form in ("full", "concise", "github"):
        assert "\u202e" not in winit("--output-format", form, ".").stdout


def _surrogates() -> None:
    for raw in (b"x = '\xed\xa0\x80'\n", b"x = '\xff'\n", b"# \xc3\x28\n", b"x = '\xf4\x90\x80\x80'\n"):
        assert alone(GOOD + raw, "WI001") == (1, ["WI001"])


def _binary() -> None:
    noise = bytes(range(256)) * 20
    for raw in (b"\x7fELF\x02\x01\x01\0\0torch" + noise, b"PK\x03\x04torch" + noise, b"\x89PNG\r\n\x1a\n" + noise):
        assert alone(raw, "WI001") == (1, ["WI001"])
        assert winit("a.py").stdout.isascii()


def _python_2() -> None:
    texts = ["print x", "print 'hello'", "exec 'a'", "raise E, 'x'", "x = 0777", "y = 5L", "if a <> b: pass"]
    for text in texts:
        put("a.py", f"import torch\n{text}\n".encode())
        assert found("a.py") == (1, [("a.py", "WI001", "error")])
        assert "looks like Python 2" in winit("a.py").stdout, text
    put("a.py", b"import torch\ndef f(:\n")
    assert "looks like Python 2" not in winit("a.py").stdout


NEWER = """
type Pair[T] = tuple[T, T]


def make[*Ts, **P](a: T) -> T:
    name = f"{"a" + 'b'}: {a!r:>{10}} {{ {[1, 2][0]}"
    other = t"hello {a}"
    try:
        return other
    except* ValueError:
        pass


class Other[T: (int, str) = int](nn.Module):
    def __init__[S](self):
        super().__init__()
        try:
            self.fc = nn.Linear(64, 64)
        except ValueError, TypeError:
            pass
        nn.init.xavier_uniform(self.fc.weight)
"""


def _newer() -> None:
    assert alone(GOOD + NEWER.encode()) == (0, [FOUND[0], FOUND[0]])
    line = next(f["line"] for f in document("a.py")["findings"] if "`Other.fc" in f["message"])
    assert (MODEL + NEWER).split("\n")[line - 1].strip() == "nn.init.xavier_uniform(self.fc.weight)"
    for wrong in ("class A[!!]: pass\n", "type = = 3\n", "def f[(:\n", 'f"{\n', 'x = t"{"\n'):
        assert alone(GOOD + wrong.encode(), "WI001") == (1, ["WI001"]), wrong


def _notebooks() -> None:
    assert alone(b"%matplotlib inline\nimport torch\n!ls\n", "WI001") == (1, ["WI001"])
    cells = [
        {"cell_type": "code", "source": MODEL.splitlines(keepends=True)},
        {"cell_type": "code", "source": "%%bash"},
    ]
    for name, raw in {
        "whole": json.dumps({"cells": cells, "nbformat": 4}).encode(),
        "third": json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}).encode(),
        "r": json.dumps({"cells": cells, "metadata": {"kernelspec": {"language": "R"}}}).encode(),
        "cut": json.dumps({"cells": cells}).encode()[:-20],
        "deep": b"[" * 100_000,
        "none": b"",
    }.items():
        put(f"{name}.ipynb", raw)
    put("z.py")
    os.unlink("a.py")
    assert found(".") == (0, [OTHER])
    result = winit("whole.ipynb", "cut.ipynb", "deep.ipynb", "z.py")
    assert result.exit_code == 0 and result.stderr.count("notebooks are not read") == 3


ROWS: dict[str, Row] = {
    "1-nothing": _nothing,
    "2-byte-order-mark": _byte_order_mark,
    "3-utf-16": _utf_16,
    "5-declared-encoding": _declared,
    "6-cookies": _cookies,
    "7-not-encodable": _not_encodable,
    "9-line-ends": _line_ends,
    "10-carriage-returns": _only_carriage_returns,
    "11-odd-line-ends": _odd_line_ends,
    "13-bidirectional": _bidirectional,
    "14-surrogates": _surrogates,
    "15-binary": _binary,
    "17-python-2": _python_2,
    "18-newer-syntax": _newer,
    "19-notebooks": _notebooks,
}
assert DONE in GOOD.replace(b"xavier_uniform", b"xavier_uniform_")
