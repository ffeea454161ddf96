"""Static answers against built models: mean and standard deviation of every parameter.

    python tests/benchmarks/agreement.py TARGETS [--jobs 2] [--measured FILE] [--verbose]

TARGETS is a text file with one target of ``winit-lint inspect`` a line (``package.module:factory(depth=2)`` or
``path/to/file.py::Name(16)``), ``#`` starts a comment. For each the model is built, in the environment that runs this
file, and every parameter is held against what ``inspect`` says of it from source alone. It is

- right: one initializer is given, and its mean and std agree with what was measured,
- covered: several are given, and one of them agrees,
- wrong: none of those that are given agrees, or the built model has no such parameter,
- unknown: none is given, or its mean or std is null.

``inspect`` runs as a command of its own for each target, ``--jobs`` of them at once while this process builds; the
seconds of a line are those of the command. ``--measured`` keeps the moments of the built models, so that a second run
builds only what is new. The exit code is 1 where a share misses ``--right`` or ``--wrong`` (per cent), 2 where a
target can't be built.
"""

from __future__ import annotations

import argparse
import ast
import collections
import importlib
import importlib.util
import json
import math
import os
import subprocess
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

VERDICTS = ("right", "covered", "wrong", "unknown")
SEED = 20260101

Moments = list[Any]
"""Mean, population standard deviation and number of elements of a built parameter."""

Static = tuple[dict[str, Any], float]
"""The inspect document of a target and the seconds that the command took."""


def main() -> int:
    """Compare each target and print a line a model, the totals and the commonest causes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", type=Path)
    parser.add_argument("--measured", type=Path, help="keeps the moments of the models that were built")
    parser.add_argument("--jobs", type=int, default=1, help="how many inspect commands run at once")
    parser.add_argument("--right", type=float, default=0.0, help="the least share of right, per cent")
    parser.add_argument("--wrong", type=float, default=100.0, help="the largest share of wrong, per cent")
    parser.add_argument("--verbose", action="store_true", help="print parameters that are not right")
    given = parser.parse_args()

    kept = json.loads(given.measured.read_text()) if given.measured and given.measured.exists() else {}
    totals: collections.Counter[str] = collections.Counter()
    causes: collections.Counter[tuple[str, str]] = collections.Counter()
    failed = 0
    targets = list(dict.fromkeys(targets_in(given.targets.read_text())))
    pool = ThreadPoolExecutor(given.jobs)
    try:
        static = {target: pool.submit(inspected, target) for target in targets}
        for target in targets:
            if target not in kept:
                try:
                    kept[target] = measured(target)
                except Exception as error:  # whatever the library raises: the target is at fault, the others go on
                    print(f"{target}: not built: {type(error).__name__}: {str(error)[:200]}", flush=True)
                    failed += 1
                    continue
                if given.measured:
                    given.measured.write_text(json.dumps(kept))
            counts = compare(target, kept[target], static[target].result(), causes, verbose=given.verbose)
            totals.update(counts)
    finally:
        pool.shutdown(cancel_futures=True)
    print_totals(totals, causes)
    if failed:
        return 2
    number = max(1, sum(totals[verdict] for verdict in VERDICTS))
    missed = 100 * totals["right"] / number < given.right or 100 * totals["wrong"] / number > given.wrong
    return int(missed)


def targets_in(text: str) -> list[str]:
    """The targets of a list, without comments and empty lines."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def measured(target: str) -> dict[str, Moments]:
    """Build the target's model and take the moments of each parameter, in double precision."""
    torch.manual_seed(SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = built(target)
    found: dict[str, Moments] = {}
    for name, parameter in model.named_parameters():
        values = parameter.detach().double()
        found[name] = [values.mean().item(), values.std(correction=0).item(), values.numel()]
    return found


def built(target: str) -> torch.nn.Module:
    """The model of a target; a class of transformers that is given nothing gets its own configuration's defaults."""
    head, bracket, _ = target.partition("(")
    place, _, name = head.partition("::" if "::" in head else ":")
    call = target[len(head) - len(name) :]
    module = loaded(Path(place)) if "::" in head else importlib.import_module(place)
    builder = getattr(module, name)
    if not bracket:
        config = getattr(builder, "config_class", None)
        model = builder(config()) if config is not None else builder()
    else:
        ast.parse(call, mode="eval")
        model = eval(call, vars(module))  # the list is the developer's own
    assert isinstance(model, torch.nn.Module), f"{target} gives a {type(model).__name__}"
    return model


def loaded(path: Path) -> ModuleType:
    """The module of a file that belongs to no installed package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses ask for it while the file runs
    spec.loader.exec_module(module)
    return module


def inspected(target: str) -> Static:
    """What the command says of a target."""
    command = [sys.executable, "-m", "winit_lint", "inspect", "--isolated", "--output-format", "json", target]
    start = time.perf_counter()
    run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"})
    seconds = time.perf_counter() - start
    if run.returncode:
        return {"parameters": [], "unknown": [{"name": "", "why": run.stderr.strip()[-200:]}]}, seconds
    return json.loads(run.stdout), seconds


def compare(
    target: str,
    real: dict[str, Moments],
    static: Static,
    causes: collections.Counter[tuple[str, str]],
    *,
    verbose: bool,
) -> collections.Counter[str]:
    """Judge each parameter of one target and print its line."""
    document, seconds = static
    answers = {parameter["name"]: parameter for parameter in document["parameters"]}
    reasons = {item["name"]: item["why"] for item in document["unknown"]}
    counts: collections.Counter[str] = collections.Counter()
    shown: list[str] = []
    for name in dict.fromkeys((*real, *answers)):
        verdict = judged(answers.get(name), real.get(name))
        counts[verdict] += 1
        if verdict in ("wrong", "unknown"):
            default = "no such parameter is built" if name not in real else "not found from source"
            causes[verdict, cause(answers.get(name), reasons.get(name) or reasons.get("") or default)] += 1
        if verdict != "right":
            shown.append(f"    {verdict} {name}: measured {real.get(name)}, {said(answers.get(name))}")
    row = "  ".join(f"{verdict} {counts[verdict]}" for verdict in VERDICTS)
    mark = "" if counts["right"] == sum(counts.values()) else "  <<<"
    print(f"{target}: {row}  of {sum(counts.values())}  {seconds:.1f} s{mark}", flush=True)
    if verbose:
        print(*shown[:8], sep="\n", end="\n" if shown else "")
    return counts


def judged(answer: dict[str, Any] | None, real: Moments | None) -> str:
    """The verdict on one parameter."""
    if real is None:
        return "wrong"
    entries = answer["initializers"] if answer is not None else []
    if not entries or any(entry["mean"] is None or entry["std"] is None for entry in entries):
        return "unknown"
    fits = [agrees(entry["mean"], entry["std"], real) for entry in entries]
    if len(fits) == 1:
        return "right" if fits[0] else "wrong"
    return "covered" if any(fits) else "wrong"


def agrees(mean: float, std: float, real: Moments) -> bool:
    """Whether measured moments lie within five standard errors or 5 % of the predicted ones.

    One element has no spread: it is judged by its distance from the mean, in standard deviations. Where there is none,
    nothing contradicts the prediction.
    """
    real_mean, real_std, number = real
    if number == 0:
        return True
    if not (math.isfinite(mean) and math.isfinite(std)):
        return False
    rounding = 1e-6 * max(1.0, abs(mean))
    if number == 1:
        return bool(abs(real_mean - mean) <= 5 * std + rounding)
    near = abs(real_mean - mean) <= max(5 * std / math.sqrt(number), 0.05 * abs(mean)) + rounding
    wide = abs(real_std - std) <= max(5 * std / math.sqrt(2 * number), 0.05 * std) + rounding
    return bool(near and wide)


def said(answer: dict[str, Any] | None) -> str:
    """The static answer in short."""
    if answer is None:
        return "no answer"
    entries = (f"{entry['init']} mean {entry['mean']} std {entry['std']}" for entry in answer["initializers"])
    return "; ".join(entries) or "no initializer"


def cause(answer: dict[str, Any] | None, reason: str) -> str:
    """What to count a failure under: the initializers that were given, else the reason."""
    if answer is None or not answer["initializers"]:
        return reason
    return ", ".join(dict.fromkeys(entry["init"] for entry in answer["initializers"]))


def print_totals(totals: collections.Counter[str], causes: collections.Counter[tuple[str, str]]) -> None:
    """The shares of all parameters, and the ten commonest causes of wrong and unknown."""
    number = max(1, sum(totals[verdict] for verdict in VERDICTS))
    print("all: " + "  ".join(f"{v} {totals[v]} ({100 * totals[v] / number:.2f} %)" for v in VERDICTS), f"of {number}")
    for (verdict, why), count in causes.most_common(10):
        print(f"  {verdict} {count}: {why}")


if __name__ == "__main__":
    sys.exit(main())
