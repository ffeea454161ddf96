"""The interpreter on source that states its answers, and against torch itself."""

from __future__ import annotations

import inspect

import pytest
from reveal import FOLDER, Root, constructor, disagreements, marks, models, printed, revealed, roots, target_of

from winit_lint.analyses.readers import read_by
from winit_lint.inspection import document

ROOTS = tuple(roots())
NOT_INSTALLED = {
    "hugging_face.py",
    "init_cfg.py",
    "trainer_hooks.py",
}  # their packages are not there
FLOWS = FOLDER / "forward.ir"


def _id(root: Root) -> str:
    return f"{root.path.stem}-{root.name}"


@pytest.mark.parametrize("root", ROOTS, ids=_id)
def test_what_each_parameter_holds_and_where_that_was_written(root: Root) -> None:
    assert sorted(revealed(root, models(root))) == sorted(marks(root))


def test_every_mark_belongs_to_a_root() -> None:
    for path in FOLDER.rglob("*.py"):
        written = sum(
            line.split("# reveal: ")[1].count("; ") + 1
            for line in path.read_text(encoding="utf-8").split("\n")
            if "# reveal: " in line
        )
        assert written == sum(len(marks(root)) for root in ROOTS if root.path == path), path.name


def _builds(root: Root) -> bool:
    """Whether torch can build it: nothing is missing, neither packages nor arguments."""
    if root.path.name in NOT_INSTALLED:
        return False
    args, kwargs = root.arguments
    try:
        inspect.signature(target_of(root)).bind(*args, **kwargs)
    except TypeError:
        return False
    return True


@pytest.mark.parametrize("root", [root for root in ROOTS if _builds(root)], ids=_id)
def test_torch_builds_the_same(root: Root) -> None:
    """Of the paths over conditions that nothing decides one must be the one that torch takes."""
    found = [disagreements(model, constructor(root)) for model in models(root)]
    assert min(found, key=len) == []


def test_the_comparison_with_torch_finds_what_differs() -> None:
    """Models of other classes and arguments disagree with what torch builds, in each respect."""
    by_id = {_id(root): root for root in ROOTS}
    (frozen,), (free,) = models(by_id["sharing-Teacher"]), models(by_id["sharing-Copies"])
    wrong = disagreements(frozen, constructor(by_id["sharing-Copies"]))
    assert {"a.weight: only in torch", "teacher.0.weight: not in torch"} <= set(wrong)
    assert disagreements(free, constructor(by_id["sharing-Copies"])) == []
    (narrow,) = models(by_id["wrappers-Diffusion"])
    (wide,) = models(by_id["models-Wide"])
    assert any("shape" in line for line in disagreements(wide, constructor(by_id["models-Plain"])))
    (small,) = models(by_id["tensors-Methods"])
    lines = disagreements(small, constructor(by_id["imports-Names"]))
    assert any("mean" in line for line in lines)
    assert any("std" in line for line in lines)
    assert disagreements(narrow, constructor(by_id["wrappers-Diffusion"])) == []


def test_a_root_is_read_the_same_again() -> None:
    for root in ROOTS[:20]:
        assert document("", models(root), read_by) == document("", models(root), read_by)


def test_the_factors_of_a_draw_multiply() -> None:
    root = next(root for root in ROOTS if _id(root) == "raw-Kinds")
    found = {p["name"]: p["initializers"][0] for p in document("", models(root), read_by)["parameters"]}
    assert found["normal"]["args"]["factor"] == pytest.approx(32**-0.5)
    assert found["uniform"]["args"]["factor"] == 2  # the shift by -1 is none
    assert found["unscaled"]["args"]["factor"] == 0.5
    assert found["shifted"]["args"]["factor"] == pytest.approx(0.1)


def test_what_reads_what(request: pytest.FixtureRequest) -> None:
    text = "\n".join(
        f"{root.name}\n{printed(model, flow)}"
        for root in ROOTS
        if root.path.name == "forward.py"
        for model in models(root)
        for flow in model.flows
    )
    if request.config.getoption("--update"):
        FLOWS.write_text(text, encoding="utf-8")
    assert text == FLOWS.read_text(encoding="utf-8")
