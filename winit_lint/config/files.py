"""Settings files: ``winit-lint.toml``, or ``[tool.winit-lint]`` in ``pyproject.toml``.

The closest file above the linted file wins, a ``winit-lint.toml`` before the ``pyproject.toml`` beside it. Nothing
merges but through ``extend``, which names a file whose settings come first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, final

import tomli

from winit_lint.config.settings import ConfigError, Settings, codes_of, nearest, unknown_rule
from winit_lint.finding import Severity
from winit_lint.rules.names import Named
from winit_lint.source.nesting import Limits
from winit_lint.source.patterns import BadPatternError, spec

_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")


@final
@dataclass(frozen=True, slots=True)
class _File:
    """A settings file while it is read; ``table`` is the dotted name of the settings' table in it, or empty."""

    path: str
    text: str
    table: str
    rules: Sequence[Named]

    def error(self, key: str, message: str) -> ConfigError:
        """The complaint with the place of ``key``."""
        line, column = self._place(key)
        return ConfigError(f"{self.path}:{line}:{column}: {message}")

    def _place(self, key: str) -> tuple[int, int]:
        # tomli gives values without places; the key within its table is looked for after the header
        inner = re.escape(key.partition(".")[2] or key)
        wanted = re.compile(rf"^\s*\[?[^=#]*?(?P<key>(?<![\w-])[\"']?{inner}[\"']?)\s*[=.\]]")
        started = not self.table
        for number, line in enumerate(self.text.split("\n"), 1):
            started = started or line.strip().startswith(f"[{self.table}")
            found = wanted.match(line) if started else None
            if found is not None:
                return number, found.start("key") + 1
        return 1, 1

    def strings(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(key, f"`{key}` must be a list of strings")
        return tuple(value)

    def rule_names(self, key: str, value: object) -> tuple[str, ...]:
        names = self.strings(key, value)
        for name in names:
            if not codes_of(name, self.rules):
                raise self.error(key, f"`{key}`: {unknown_rule(name, self.rules)}")
        return names

    def pattern(self, key: str, value: str) -> str:
        try:
            spec((value,))
        except BadPatternError as error:
            raise self.error(key, f"`{key}`: {error}") from None
        return value

    def table_of(self, key: str, value: object) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self.error(key, f"`{key}` must be a table")
        return value

    def positive(self, key: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.error(key, f"`{key}` must be a positive whole number")
        return value

    def level(self, key: str, value: object) -> Severity:
        names = [severity.value for severity in Severity]
        if not isinstance(value, str) or value not in names:
            raise self.error(key, f"`{key}` must be one of {', '.join(names)}")
        return Severity(value)


def _per_file_ignores(file: _File, key: str, value: object) -> dict[str, object]:
    table = file.table_of(key, value)
    pairs = tuple(
        (file.pattern(f"{key}.{pattern}", pattern), file.rule_names(f"{key}.{pattern}", names))
        for pattern, names in table.items()
    )
    return {"per_file_ignores": pairs}


def _severity(file: _File, key: str, value: object) -> dict[str, object]:
    levels: dict[str, Severity] = {}
    for name, level in file.table_of(key, value).items():
        codes = codes_of(name, file.rules)
        if not codes:
            raise file.error(f"{key}.{name}", f"`{key}`: {unknown_rule(name, file.rules)}")
        levels.update(dict.fromkeys(codes, file.level(f"{key}.{name}", level)))
    return {"severity": levels}


_THRESHOLDS = ("file-bytes", "file-lines", "bracket-depth", "expression-tokens", "elif-branches")


def _thresholds(file: _File, key: str, value: object) -> dict[str, object]:
    table = file.table_of(key, value)
    for name in table:
        if name not in _THRESHOLDS:
            raise file.error(f"{key}.{name}", f"unknown key `{key}.{name}`{nearest(name, _THRESHOLDS)}")
    numbers = {name: file.positive(f"{key}.{name}", number) for name, number in table.items()}
    limits = Settings("").limits
    nesting = Limits(
        numbers.get("bracket-depth", limits.nesting.depth),
        numbers.get("expression-tokens", limits.nesting.chain),
        numbers.get("elif-branches", limits.nesting.branches),
    )
    size = numbers.get("file-bytes", limits.file_bytes), numbers.get("file-lines", limits.file_lines)
    return {"limits": replace(limits, file_bytes=size[0], file_lines=size[1], nesting=nesting)}


_PROBE = ("targets", "inputs")


def _probe(file: _File, key: str, value: object) -> dict[str, object]:
    table = file.table_of(key, value)
    for name in table:
        if name not in _PROBE:
            raise file.error(f"{key}.{name}", f"unknown key `{key}.{name}`{nearest(name, _PROBE)}")
    inputs = file.table_of(f"{key}.inputs", table.get("inputs", {}))
    return {
        "probe_targets": file.strings(f"{key}.targets", table.get("targets", [])),
        "probe_inputs": tuple((target, file.strings(f"{key}.inputs", forms)) for target, forms in inputs.items()),
    }


_Reader = Callable[[_File, str, object], dict[str, object]]
_KEYS: Mapping[str, _Reader] = {
    "select": lambda file, key, value: {"select": file.rule_names(key, value)},
    "extend-select": lambda file, key, value: {"extend_select": file.rule_names(key, value)},
    "ignore": lambda file, key, value: {"ignore": file.rule_names(key, value)},
    "per-file-ignores": _per_file_ignores,
    "exclude": lambda file, key, value: {"exclude": tuple(file.pattern(key, p) for p in file.strings(key, value))},
    "severity": _severity,
    "fail-on": lambda file, key, value: {"fail_on": file.level(key, value)},
    "max-steps": lambda file, key, value: {"max_steps": file.positive(key, value)},
    "thresholds": _thresholds,
    "probe": _probe,
}


def load(path: str, rules: Sequence[Named], *, via: tuple[str, ...] = ()) -> Settings | None:
    """The settings in the file; None for a ``pyproject.toml`` without ``[tool.winit-lint]``.

    Raises:
        ConfigError: the file can't be read, is not TOML, or holds an unknown key or a wrong value.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        raise ConfigError(f"{path}: cannot be read: it is no regular file")
    try:
        with open(path, "rb") as stream:
            text = stream.read().decode("utf-8-sig").replace("\r\n", "\n")
        document = tomli.loads(text)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}:1:1: not UTF-8: {error.reason}") from None
    except tomli.TOMLDecodeError as error:
        found = _POSITION.search(str(error))
        last = text.count("\n") + 1
        line, column = (found[1], found[2]) if found and found[1] else (str(last), "1")
        message = _POSITION.sub("", str(error))
        raise ConfigError(f"{path}:{line}:{column}: invalid TOML: {message}") from None
    except (RecursionError, ValueError) as error:  # nested too deeply, a number of more digits than Python takes
        raise ConfigError(f"{path}:1:1: cannot be read: {error}") from None
    table = "tool.winit-lint" if os.path.basename(path) == "pyproject.toml" else ""
    if table:
        tools = document.get("tool", {})
        if not isinstance(tools, dict) or "winit-lint" not in tools:
            return None
        document = tools["winit-lint"]
    file = _File(path, text, table, rules)
    return _settings(file, file.table_of(table, document), via)


def _settings(file: _File, document: Mapping[str, object], via: tuple[str, ...]) -> Settings:
    root = os.path.dirname(os.path.abspath(file.path))
    settings = Settings(root)
    if "extend" in document:
        settings = replace(_extended(file, document["extend"], (*via, os.path.abspath(file.path))), root=root)
    changes: dict[str, Any] = {}
    for key, value in document.items():
        if key == "extend":
            continue
        if key not in _KEYS:
            raise file.error(key, f"unknown key `{key}`{nearest(key, (*_KEYS, 'extend'))}")
        changes.update(_KEYS[key](file, key, value))
    sources = {**settings.sources, **dict.fromkeys((key for key in document if key != "extend"), file.path)}
    return replace(settings, **changes, sources=sources)


def _extended(file: _File, value: object, via: tuple[str, ...]) -> Settings:
    if not isinstance(value, str):
        raise file.error("extend", "`extend` must be the path of a settings file")
    path = os.path.join(os.path.dirname(file.path), os.path.expanduser(value))
    if os.path.abspath(path) in via:
        raise file.error("extend", f"`extend` leads back to {value}")
    if not os.path.isfile(path):
        raise file.error("extend", f"`extend`: no such file: {value}")
    found = load(path, file.rules, via=via)
    if found is None:
        raise file.error("extend", f"`extend`: no [tool.winit-lint] in {value}")
    return found


@final
@dataclass(slots=True)
class Resolver:
    """The settings of every file of a run.

    ``only`` is the file given by ``--config``, ``isolated`` switches settings files off; ``adjust`` applies what the
    command line says.
    """

    rules: Sequence[Named]
    only: str | None = None
    isolated: bool = False
    adjust: Callable[[Settings], Settings] = lambda settings: settings
    _folders: dict[str, Settings] = field(default_factory=dict)
    _fixed: Settings | None = None

    def of_file(self, absolute: str) -> Settings:
        """The settings for the file.

        Raises:
            ConfigError: the settings file that applies is wrong.
        """
        return self.of_folder(os.path.dirname(absolute))

    def of_folder(self, folder: str) -> Settings:
        """The settings for the files of a folder.

        Raises:
            ConfigError: the settings file that applies is wrong.
        """
        if self._fixed is None and (self.isolated or self.only is not None):
            self._fixed = self.adjust(self._loaded_only() if self.only is not None else Settings(os.getcwd()))
        if self._fixed is not None:
            return self._fixed
        climbed = []
        while folder not in self._folders:
            climbed.append(folder)
            found = self._in_folder(folder)
            parent = os.path.dirname(folder)
            if found is not None or parent == folder:
                self._folders[folder] = self.adjust(found if found is not None else Settings(os.getcwd()))
                break
            folder = parent
        for below in climbed:
            self._folders[below] = self._folders[folder]
        return self._folders[folder]

    def _loaded_only(self) -> Settings:
        found = load(str(self.only), self.rules)
        if found is None:
            raise ConfigError(f"{self.only}: no [tool.winit-lint] table")
        return found

    def _in_folder(self, folder: str) -> Settings | None:
        for name in ("winit-lint.toml", "pyproject.toml"):
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                found = load(path, self.rules)
                if found is not None:
                    return found
        return None
