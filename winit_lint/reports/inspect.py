"""An inspect document for people: a table by module, what is unknown, and a summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from rich.console import Console
from rich.text import Text

from winit_lint.reports.inspect_causes import causes, unknown_modules, unknown_parameters, unknown_places
from winit_lint.reports.inspect_cells import elements, file_names, shortened
from winit_lint.reports.inspect_fold import groups
from winit_lint.reports.inspect_layout import fits, lines
from winit_lint.reports.printable import plain
from winit_lint.reports.text_columns import wrapped

_TAIL = 5
_WHATEVER = 100_000


def render(
    document: Mapping[str, Any], *, width: int | None, colour: bool, fold: bool = True, tail: bool = True
) -> str:
    """The document in lines of at most ``width`` columns, unwrapped where that is None.

    ``fold`` makes identical entries of lists one, ``tail`` lists the commonest causes of what is unknown.
    """
    output = StringIO()
    console = Console(file=output, width=_WHATEVER, force_terminal=colour, no_color=not colour, highlight=False)
    for line in _lines(document, console, width, fold, tail):
        console.print(line, soft_wrap=True)
    return output.getvalue()


def _lines(document: Mapping[str, Any], console: Console, width: int | None, fold: bool, tail: bool) -> Iterator[Text]:
    target = document["target"]
    reasons = [item["why"] for item in document["unknown"] if item["name"] == target]
    if not document["parameters"] and len(document["unknown"]) == len(reasons):
        yield from wrapped(f"{plain(target)}: {plain('; '.join(reasons) or 'no parameters')}", width)
        return
    yield from wrapped(plain(target), width, "bold")
    if document["parameters"]:
        found = groups(document, fold=fold)
        paths = file_names(document)
        files = {path: path for path in paths}
        if not fits(found, files, width):
            files = shortened(paths)
            for path, name in files.items():
                meant = f"{plain(name)} is" if name else "line numbers are of"
                if name != path:
                    yield from wrapped(f"{meant} {plain(path)}", width, "dim")
        yield from lines(found, files, width, console)
    for text in told_unknown(document, _TAIL) if tail else ():
        yield from wrapped(text, width, "yellow")
    yield from wrapped(summary(document), width, "bold")


def told_unknown(document: Mapping[str, Any], most: int | None = None) -> Iterator[str]:
    """The ``most`` common causes of what ``unknown`` lists, a line each, and how many more entries there are."""
    listed = {**document, "parameters": [p for p in document["parameters"] if not p["initializers"]]}
    told: dict[str, list[str]] = {}
    for cause in causes([listed]):
        told.setdefault(cause.why, []).extend(cause.names)
    for why, names in list(told.items())[:most]:
        more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
        yield f"unknown: {plain(names[0])}{more}: {plain(why)}"
    left = 0 if most is None else sum(map(len, list(told.values())[most:]))
    if left:
        yield f"unknown: and {left} more (--show-unknown)"


def summary(document: Mapping[str, Any]) -> str:
    """How many parameters and elements, and how many of them are unknown."""
    count, unknown = len(document["parameters"]), unknown_parameters(document)
    modules, size, hidden = len(unknown_modules(document)), elements(document), unknown_places(document)
    parts = [f"{count} parameter" if count == 1 else f"{count} parameters"]
    if count:
        parts += [f"{size:,} elements"] if size is not None and not modules else []
        parts.append(f"{unknown} unknown" if unknown else "none of these unknown" if hidden else "none unknown")
    if modules:
        parts.append("and those of 1 unknown module" if modules == 1 else f"and those of {modules} unknown modules")
    if hidden:
        where = "" if document["source"] == "probe" else ": see --show-unknown"  # a probe lists all of it anyway
        parts.append(f"something may be missing{where}")
    return ", ".join(parts)
