"""What the project's code raised, as text."""

from __future__ import annotations


def in_one_line(error: BaseException, most: int) -> str:
    """The message of an exception, at most so many characters; empty where its own ``__str__`` raises."""
    try:
        text = str(error)
    except Exception:  # it is the project's code, too
        return ""
    return " ".join(text.split())[:most]
