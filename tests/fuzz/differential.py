"""What inspect says of a random module from its source alone, against the module that torch builds of it.

    python tests/fuzz/differential.py FIRST LAST

judges the modules of these seeds, as ``tests/benchmarks/agreement.py`` judges real models, and prints what is wrong
with the file and its call. A verdict of "wrong" counts after many builds with other seeds of torch only: the tails of
some draws are long, and some are rare.
"""

from __future__ import annotations

import math
import sys
import tempfile
import types
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from random_modules import File, module_file

from winit_lint.analyses.readers import read_by
from winit_lint.cli.target_models import models_of
from winit_lint.cli.terminal import Refusal
from winit_lint.inspection import document
from winit_lint.source.target import parse_target
from winit_lint.source.text import SizeLimits

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))
from agreement import Moments, judged, said

_BUILDS, _BUILDS_OF_RARE = 30, 1_000


@dataclass(frozen=True)
class Verdicts:
    """The verdict on each parameter of one module, and what to say of the wrong ones."""

    by_name: Mapping[str, str]
    wrong: tuple[str, ...]


def built(file: File, builds: int) -> dict[str, Moments]:
    """The moments of each parameter over several builds.

    Raises whatever torch raises where the module is not valid.
    """
    found: dict[str, list[torch.Tensor]] = {}
    code = compile(file.text, "random_module.py", "exec")
    for seed in range(builds):
        torch.manual_seed(seed)
        module = types.ModuleType("random_module")
        sys.modules["random_module"] = module  # dataclasses ask for it
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(code, vars(module))
            model = eval(file.call, vars(module))
        for name, parameter in model.named_parameters():
            found.setdefault(name, []).append(parameter.detach().double().flatten())
    return {name: _moments(torch.cat(parts)) for name, parts in found.items()}


def _moments(values: torch.Tensor) -> Moments:
    """Mean, std, number, and the standard error of the std by the fourth moment."""
    mean, std, number = values.mean().item(), values.std(correction=0).item(), values.numel()
    fourth = ((values - mean) ** 4).mean().item()
    return [mean, std, number, math.sqrt(max(0.0, fourth - std**4) / number) / (2 * std) if std else 0.0]


def verdicts(file: File, folder: Path, other: File | None = None) -> Verdicts | None:
    """The verdicts on what is said of one module; None where torch can't build it.

    With ``other`` they are held against another module.
    """
    try:
        real = built(other or file, 1)
    except Exception:  # a random module may be wrong in any way
        return None
    path = folder / "random_module.py"
    path.write_text(file.text, encoding="utf-8")
    target = f"{path}::{file.call}"
    try:
        parameters = document(target, models_of(parse_target(target), SizeLimits()), read_by)["parameters"]
    except Refusal as error:  # it was said that it cannot be built
        return Verdicts({"": "wrong"}, (str(error),))
    answers: dict[str, dict[str, Any]] = {each["name"]: each for each in parameters}
    found = _judged(real, answers)
    if "wrong" in found.values():
        real = built(other or file, _BUILDS)
        found = _judged(real, answers)
    if any(verdict == "wrong" and _rare(answers.get(name), real.get(name)) for name, verdict in found.items()):
        real = built(other or file, _BUILDS_OF_RARE)
        found = _judged(real, answers)
    wrong = [name for name, verdict in found.items() if verdict == "wrong"]
    return Verdicts(found, tuple(f"{name}: {real.get(name)}, {said(answers.get(name))}" for name in wrong))


def _judged(real: Mapping[str, Moments], answers: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    return {name: _verdict(answers.get(name), real.get(name)) for name in dict.fromkeys((*real, *answers))}


def _rare(answer: dict[str, Any] | None, real: Moments | None) -> bool:
    """Whether one value was drawn only, and by the answer others are rare: those of a tail that is cut off far out."""
    entries = answer["initializers"] if answer is not None else []
    if real is None or real[1] or len(entries) != 1 or entries[0]["mean"] is None or entries[0]["std"] is None:
        return False
    return bool(abs(entries[0]["mean"] - real[0]) <= 0.01 * abs(real[0]) and entries[0]["std"] <= 0.1 * abs(real[0]))


def _verdict(answer: dict[str, Any] | None, real: Moments | None) -> str:
    """As of the benchmark; a std that few entries make counts by its own error, or by its share of the size."""
    verdict = judged(answer, real[:3] if real is not None else None)
    entries = answer["initializers"] if answer is not None else []
    if verdict == "wrong" and real is not None and len(entries) == 1 and real[2] > 1:
        mean, std = entries[0]["mean"], entries[0]["std"]
        off = abs(mean - real[0]), abs(std - real[1])
        close = max(off) <= 0.01 * math.hypot(mean, std)
        if close or (off[1] <= 6 * real[3] and off[0] <= 6 * max(std, real[1]) / math.sqrt(real[2])):
            return "right"
    return verdict


def main() -> None:
    """Judge the modules of a range of seeds."""
    counts: Counter[str] = Counter()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(int(sys.argv[1]), int(sys.argv[2])):
            found = verdicts(module_file(seed), Path(folder))
            if found is None:
                counts["not built"] += 1
                continue
            counts.update(found.by_name.values())
            for text in found.wrong:
                print(f"{seed} {module_file(seed).call}: {text}", flush=True)
    print(dict(counts))


if __name__ == "__main__":
    main()
