"""Random settings files: taken, or told in one line; and what goes over what."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from fake_front_end import RULES
from hypothesis import example, given
from hypothesis import strategies as st

from winit_lint.cli.group import cli
from winit_lint.cli.options import choices
from winit_lint.config.files import load
from winit_lint.config.settings import Settings, codes_of, enabled

NAMES = ("WI", "WI1", "WI10", "WI101", "wi501", "xavier-before-relu", "WI002", "parameter-never-filled")
CHARACTERS = st.characters(exclude_categories=["Cs"])
TEXT = st.text(CHARACTERS, max_size=6) | st.sampled_from((*NAMES, "note", "fatal", "net.py::Net", "!", "../x", ""))
WORDS = ("select", "extend-select", "ignore", "per-file-ignores", "exclude", "severity", "fail-on", "max-steps")
KEYS = st.sampled_from((*WORDS, "thresholds", "file-bytes", "probe", "targets", "inputs", "extend", "WI101")) | TEXT
NUMBERS = st.integers(-(10**20), 10**20) | st.floats() | st.booleans() | st.sampled_from((1, 10))
VALUES = st.recursive(
    NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml(value: object) -> str:
    """The value in one line."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return quoted(value)
        case list() | tuple():
            return f"[{', '.join(map(toml, value))}]"
        case dict():
            return "{" + ", ".join(f"{quoted(key)} = {toml(each)}" for key, each in value.items()) + "}"
    return str(value)


def document(table: Mapping[str, object]) -> str:
    return "".join(f"{quoted(key)} = {toml(value)}\n" for key, value in table.items())


def shown(raw: bytes, name: str = "winit-lint.toml") -> dict[str, Any] | None:
    """What the command says that the settings are; None where it refuses them, in one line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(raw)
        run = CliRunner().invoke(cli, ["config", "--config", str(path)], catch_exceptions=False, standalone_mode=True)
    if run.exit_code == 2:
        assert run.stdout == "" and run.stderr.startswith(f"winit-lint: error: {path}"), run.output
        assert len(run.stderr.splitlines()) == 1 and run.stderr[:-1].isprintable(), run.stderr
        return None
    assert run.exit_code == 0 and run.stderr == "", run.output
    lines = [line.partition(" = ") for line in run.stdout.split("\n")[:-1]]
    return {key: json.JSONDecoder().raw_decode(value)[0] for key, _, value in lines}


@given(st.dictionaries(KEYS, VALUES, max_size=4), st.booleans())
@example({"a\nb": 1}, False)
@example({"extend": "\0"}, False)
@example({"select": ["WI\n"]}, False)
@example({"exclude": ["!"]}, True)
@example({"per-file-ignores": {"[z-a]": ["WI1"]}}, True)
def test_any_table_is_taken_or_told(table: dict[str, object], project: bool) -> None:
    text = ("[tool.winit-lint]\n" if project else "") + document(table)
    found = shown(text.encode(), "pyproject.toml" if project else "winit-lint.toml")
    if found is not None:
        assert set(table) <= {"extend", *(key.split(".")[0] for key in found)}
        for key in set(table) & {"select", "extend-select", "ignore", "exclude", "fail-on", "max-steps"}:
            assert found[key] == table[key]


@given(
    st.lists(st.sampled_from((*WORDS, *NAMES, "[", "]", "=", "'", '"', "\n", "{", "}", ",", ".", "#", "1"))),
    st.binary(max_size=3),
)
@example(["[[tool]]"], b"")
def test_any_text_is_taken_or_told(pieces: list[str], raw: bytes) -> None:
    shown("".join(pieces).encode() + raw)


LISTS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3)
SOUND = {
    "select": LISTS,
    "extend-select": LISTS,
    "ignore": LISTS,
    "exclude": st.lists(st.sampled_from(("a.py", "b/", "!c")), max_size=2),
    "per-file-ignores": st.dictionaries(st.sampled_from(("a.py", "b/**")), LISTS, max_size=2),
    "severity": st.dictionaries(st.sampled_from(("WI101", "WI501")), st.sampled_from(("note", "error")), max_size=2),
    "fail-on": st.sampled_from(("note", "warning", "error")),
    "max-steps": st.integers(1, 10**9),
}
TABLES = st.fixed_dictionaries({}, optional=SOUND)
ORDINARY = {
    "select": ["WI"], "extend-select": [], "ignore": [], "exclude": [], "per-file-ignores": {}, "severity": {},
    "fail-on": "warning", "max-steps": None,
}  # fmt: skip


@given(st.lists(TABLES, min_size=1, max_size=4), TABLES)
def test_each_file_goes_over_what_it_extends_and_the_command_line_over_all(
    tables: list[dict[str, Any]], line: dict[str, Any]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, table in enumerate(tables):
            extends = {"extend": f"{number - 1}.toml"} if number else {}
            Path(folder, f"{number}.toml").write_text(document({**table, **extends}), encoding="utf-8")
        last = os.path.join(folder, f"{len(tables) - 1}.toml")
        found = load(last, RULES)
    assert found is not None and found.root == folder
    expected = dict(ORDINARY)
    for table in tables:
        expected.update(table)
    assert plain(found) == expected
    for key in {key for table in tables for key in table}:
        number = max(number for number, table in enumerate(tables) if key in table)
        assert os.path.basename(found.sources[key]) == f"{number}.toml"

    said = [",".join(line.get(key, ())) for key in ("select", "extend-select", "ignore")]
    chosen = choices(RULES, *([each] if each else [] for each in said), line.get("fail-on"), line.get("max-steps"))
    if "select" in line:
        expected |= {"select": line["select"], "extend-select": []}
    for key in ("extend-select", "ignore"):
        expected[key] = [*expected[key], *line.get(key, ())]
    expected |= {key: line[key] for key in ("fail-on", "max-steps") if key in line}
    assert plain(chosen.adjust(found)) == expected


def plain(found: Settings) -> dict[str, Any]:
    return {
        "select": [*found.select],
        "extend-select": [*found.extend_select],
        "ignore": [*found.ignore],
        "exclude": [*found.exclude],
        "per-file-ignores": {pattern: [*names] for pattern, names in found.per_file_ignores},
        "severity": {code: level.value for code, level in found.severity.items()},
        "fail-on": found.fail_on.value,
        "max-steps": found.max_steps,
    }


@given(LISTS, st.lists(st.sampled_from(NAMES), max_size=3), st.lists(st.sampled_from(NAMES), max_size=3))
def test_the_most_specific_of_select_and_ignore_wins(select: list[str], extend: list[str], ignore: list[str]) -> None:
    settings = Settings("/", select=tuple(select), extend_select=tuple(extend), ignore=tuple(ignore))
    on = enabled(settings, RULES, "/a.py")
    for code in ("WI101", "WI108", "WI501", "WI002"):
        assert (code in on) is (narrowest(code, [*select, *extend]) > narrowest(code, ignore))


def narrowest(code: str, names: Sequence[str]) -> int:
    """The rank of the narrowest of the names that stand for the code; 0 without any."""
    ranks = {"WI": 1, "WI1": 2, "WI10": 3}
    return max((ranks.get(name, 4) for name in names if code in codes_of(name, RULES)), default=0)
