"""What a file says is held once, and both its text and its bytes come back as they were."""

from __future__ import annotations

import pytest

from winit_lint.source.text import decode


@pytest.mark.parametrize(
    ("raw", "text", "once"),
    [
        (b"x = 1\ny = 2\n", "x = 1\ny = 2\n", str),
        (b"", "", str),
        (b"x = 1\r\ny = 2\r", "x = 1\ny = 2\n", bytes),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n", bytes),
        ("# 🤗\nx = 1\n".encode(), "# 🤗\nx = 1\n", bytes),
        (b"# coding: latin-1\n# \xe9\n", "# coding: latin-1\n# é\n", bytes),
        (b"# coding: utf-7\n# +AOk-\n", "# coding: utf-7\n# é\n", bytes),
        (b"# coding: utf-7\nx = 1\n", "# coding: utf-7\nx = 1\n", str),
    ],
)
def test_text_and_bytes_are_those_that_were_read(raw: bytes, text: str, once: type) -> None:
    found = decode(raw, "net.py", "")
    assert (found.text, found.raw) == (text, raw)
    assert found.lines == tuple(text.split("\n"))
    assert type(found.held) is once
