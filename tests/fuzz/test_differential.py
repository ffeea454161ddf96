"""Random modules: each static answer is unknown or agrees with what torch builds."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

from differential import verdicts
from random_modules import module_file

NUMBER, MANY = 100, 2_000


def test_no_answer_is_wrong(tmp_path: Path, many: bool) -> None:
    """Run with ``-s`` to read the counts; ``--many`` takes 2,000 modules."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for seed in range(MANY if many else NUMBER):
        found = verdicts(module_file(seed), tmp_path)
        counts["modules" if found is not None else "not built"] += 1
        if found is not None:
            counts.update(found.by_name.values())
            wrong += [f"seed {seed}: {text}" for text in found.wrong]
    print(dict(counts))
    assert wrong == []
    assert counts["modules"] > 5 * counts["not built"]
    assert counts["right"] > 0.9 * (counts["right"] + counts["covered"] + counts["unknown"])


def test_a_wrong_answer_is_seen(tmp_path: Path) -> None:
    """What is said of a module does not fit one with other numbers."""
    seen = 0
    for seed in range(10):
        file = module_file(seed)
        found = verdicts(file, tmp_path, dataclasses.replace(file, text=file.text.replace("0.5", "5.5")))
        seen += found is not None and bool(found.wrong)
    assert seen > 5
