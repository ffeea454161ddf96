"""What model code asks of the system while it builds: paths, logging, randomness, contexts; by qualified name."""

from __future__ import annotations

import keyword
import posixpath
import string
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from winit_lint.interpreter.file_tests import FILE_TESTS
from winit_lint.interpreter.host import constant, namespace, nothing_known, plain
from winit_lint.interpreter.values import Host, Value

if TYPE_CHECKING:
    from winit_lint.interpreter.state import State


def _logger(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    silent = ("debug", "info", "warning", "warn", "error", "exception", "critical", "log", "setLevel", "addHandler")
    methods: dict[str, Value] = {name: constant(f"logging.Logger.{name}", None) for name in silent}
    methods["isEnabledFor"] = constant("logging.Logger.isEnabledFor", False)
    methods["getChild"] = Host("logging.Logger.getChild", _logger)
    # Open: projects add methods of their own to loggers.
    return namespace("logging.Logger", methods | {"name": args[0] if args else "root"}, opened=True)


def _context(name: str) -> Host:
    def make(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        entered = args[0] if args else kwargs.get("enter_result")
        result = entered if name == "contextlib.nullcontext" else None
        enter, leave = constant(f"{name}.__enter__", result), constant(f"{name}.__exit__", False)
        return namespace(name, {"__enter__": enter, "__exit__": leave, "exceptions": tuple(args)})

    return Host(name, make)


def _plain_object(name: str) -> Host:
    """A class whose objects hold what their constructor is given by name."""

    def make(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        given = {key: value for key, value in kwargs.items() if key != "**"}
        return namespace(name, given, opened=bool(args) or len(given) < len(kwargs))

    return Host(name, make)


def _variable(name: str) -> Host:
    """An environment variable: what the code takes where it is not set, as for most who build the model."""

    def read(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        default = args[1] if len(args) > 1 else kwargs.get("default")
        return state.unknown(name) if default is None else default

    return Host(name, read)


def _system() -> dict[str, Value]:
    table: dict[str, Value] = {}
    for name in ("join", "basename", "dirname", "split", "splitext", "normpath", "isabs", "commonprefix"):
        table[f"os.path.{name}"] = plain(f"os.path.{name}", getattr(posixpath, name))
    for name in ("abspath", "expanduser", "realpath", "getsize"):
        table[f"os.path.{name}"] = nothing_known(f"os.path.{name}")
    for name in ("getcwd", "cpu_count", "listdir"):
        table[f"os.{name}"] = nothing_known(f"os.{name}")
    for name in ("environ.get", "getenv"):
        table[f"os.{name}"] = _variable(f"os.{name}")
    for name in ("random", "uniform", "randint", "randrange", "choice", "choices", "sample", "gauss", "normalvariate"):
        table[f"random.{name}"] = nothing_known(f"random.{name}")
    for name in ("time", "perf_counter", "monotonic", "process_time"):
        table[f"time.{name}"] = nothing_known(f"time.{name}")
    for name in ("debug", "info", "warning", "warn", "error", "exception", "critical", "log", "basicConfig"):
        table[f"logging.{name}"] = constant(f"logging.{name}", None)
    for name in ("warn", "warn_explicit", "filterwarnings", "simplefilter"):
        table[f"warnings.{name}"] = constant(f"warnings.{name}", None)
    levels = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}
    table |= {f"logging.{name}": level for name, level in levels.items()}
    constants = ("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "punctuation", "whitespace")
    table |= {f"string.{name}": getattr(string, name) for name in constants}
    return table | {
        **FILE_TESTS,
        "logging.getLogger": Host("logging.getLogger", _logger),
        "contextlib.nullcontext": _context("contextlib.nullcontext"),
        "contextlib.suppress": _context("contextlib.suppress"),
        "types.SimpleNamespace": _plain_object("types.SimpleNamespace"),
        "argparse.Namespace": _plain_object("argparse.Namespace"),
        "random.seed": constant("random.seed", None),
        "keyword.iskeyword": plain("keyword.iskeyword", keyword.iskeyword),
        "os.sep": "/",
        "os.linesep": "\n",
        "sys.version_info": (3, 11, 0, "final", 0),
        "sys.maxsize": sys.maxsize,
        "sys.platform": "linux",
    }


SYSTEM: Mapping[str, Value] = MappingProxyType(_system())
"""Hosts and constants by qualified name."""
