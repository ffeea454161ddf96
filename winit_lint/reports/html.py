"""A probe as one self-contained page of HTML: no request leaves it, and it is readable without its script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from winit_lint.reports.html_view import section
from winit_lint.reports.printable import plain
from winit_lint.reports.probe_account import Account

_PARTS = re.compile(r"(?<=[._:(])(?=\w)|(?<=[a-z])(?=[A-Z])")
_FILES = ("page.html", "section.html", "style.css", "script.js")


def page(accounts: Sequence[Account]) -> str:
    """The whole page. Its content security policy lets only its own style and script be used."""
    style, script = _file("style.css"), _file("script.js")
    return (
        _environment()
        .get_template("page.html")
        .render(
            title=f"winit-lint probe {plain(accounts[0].target) if len(accounts) == 1 else f'{len(accounts)} targets'}",
            sections=[section(account, place) for place, account in enumerate(accounts)],
            style=Markup(style),
            script=Markup(script),
            style_hash=Markup(_hash(style)),
            script_hash=Markup(_hash(script)),
        )
    )


def fragment(account: Account) -> str:
    """One target as a part of another page, a notebook's output for example, with its style and script."""
    body = _environment().get_template("section.html").render(section=section(account))
    style, script = _file("style.css"), _file("script.js")
    return f'<style>{style}</style><div class="winit-lint">{body}</div><script>{script}</script>'


@cache
def _file(name: str) -> str:
    return resources.files("winit_lint.reports").joinpath("page").joinpath(name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    templates = DictLoader({name: _file(name) for name in _FILES if name.endswith(".html")})
    made = Environment(
        loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["breakable"] = _breakable
    return made


def _breakable(text: str) -> Markup:
    """The text, escaped, with places for line breaks between the parts of names and calls."""
    return Markup("<wbr>").join(_PARTS.split(text))


def _hash(text: str) -> str:
    """How a policy names an inline style or script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
