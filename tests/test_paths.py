"""Paths over unknown conditions, symbolic sizes and required arguments, against torch built with several of them."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
import torch
from held_on_paths import VERDICTS, Built, Root, Verdict, agrees, builds, judge, models, possible, roots, worked_out

from winit_lint.ir.size import SizeExpr

ROOTS = tuple(roots())
RIGHT = 0.80
RIGHT_OR_COVERED = 0.90
NUMBERED_IN_DOCUMENT = 0.35


@cache
def verdicts(root: Root) -> tuple[Verdict, ...]:
    return tuple(judge(models(root), builds(root)))


def by_name(name: str) -> Root:
    return next(root for root in ROOTS if root.name == name)


def test_there_are_enough_of_them() -> None:
    assert len(ROOTS) >= 60
    assert len({root.name for root in ROOTS}) == len(ROOTS)


@pytest.mark.parametrize("root", ROOTS, ids=lambda root: f"{root.path.stem}-{root.name}")
def test_no_answer_is_wrong(root: Root) -> None:
    assert [verdict for verdict in verdicts(root) if verdict.verdict == "wrong"] == []


def test_how_many_are_right() -> None:
    """Run with ``-s`` to read the counts: of the representation, and of the document, where symbols are null."""
    found = [verdict for root in ROOTS for verdict in verdicts(root)]
    whole, document = Counter(v.verdict for v in found), Counter(v.in_document for v in found)
    for name, counts in (("representation", whole), ("document", document)):
        print(f"{name}: " + ", ".join(f"{counts[v]} {v}" for v in VERDICTS) + f" of {len(found)} ({len(ROOTS)} roots)")
    assert whole["right"] >= RIGHT * len(found)
    assert whole["right"] + whole["covered"] >= RIGHT_OR_COVERED * len(found)
    assert document["right"] + document["covered"] >= NUMBERED_IN_DOCUMENT * len(found)


def test_the_answers_to_one_class_do_not_fit_another() -> None:
    """The judge finds what is wrong: another std, another name, and an alternative whose condition fails."""
    small, other = builds(by_name("OtherStd")), models(by_name("PropertyStd"))
    assert {verdict.verdict for verdict in judge(models(by_name("PropertyStd")), small)} != {"right"}
    assert {v.name: v.verdict for v in judge(models(by_name("Hooked")), small)}["fc1.weight"] == "wrong"
    assert judge(other[:0], small)[0].verdict == "unknown"
    device = by_name("Device")
    (without, with_cuda), found = builds(device), models(device)
    assert [possible(model, without) for model in found] == [True, False]
    assert [possible(model, with_cuda) for model in found] == [False, True]
    assert {v.verdict for v in judge(found[:1], [with_cuda]) if v.name != "fc.weight"} == {"wrong"}


def test_symbols_are_worked_out_in_the_values_of_a_build() -> None:
    build = Built("", {"dim": 16}, {}, ({}, {}))
    assert worked_out(SizeExpr.atom("dim") * 2 + 1, build) == 33
    assert str(worked_out(SizeExpr.atom("depth") * 2, build)) == "nan"
    sample = torch.full((100,), 0.5)
    assert agrees(0.5, 0.0, sample)
    assert not agrees(0.5, 0.1, sample)
    assert not agrees(0.4, 0.0, sample)
