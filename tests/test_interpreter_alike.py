"""Routines that are handed equal modules: the same model as where they run on each, with fewer runs."""

from __future__ import annotations

import pytest
from reveal import Root, models, numbered, roots

from winit_lint.interpreter import alike

AGAIN = {"Same": 3, "Marked": 1, "Shared": 2, "Running": 3}
ROUTINES = tuple(root for root in roots() if root.path.stem == "alike")


def _run_on_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike.Treatments, "of", classmethod(lambda cls, state: cls(frozenset(), able=False)))


@pytest.mark.parametrize("root", tuple(roots()), ids=lambda root: f"{root.path.stem}-{root.name}")
def test_the_model_is_the_same_as_where_routines_run_on_each(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    found = models(root)
    _run_on_each(monkeypatch)
    assert numbered(found) == numbered(models(root))


@pytest.mark.parametrize("root", ROUTINES, ids=lambda root: root.name)
def test_what_is_done_again(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where equal modules can't be told apart by the routine."""
    done = []
    again = alike._again
    monkeypatch.setattr(alike, "_again", lambda *args: (done.append(args), again(*args))[1])
    models(root)
    wrote = [treatment for _, treatment, _ in done if treatment.writes]
    assert len(wrote) == AGAIN.get(root.name, 0)
