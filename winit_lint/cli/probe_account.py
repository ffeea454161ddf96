"""What the reports of a probe are told: the document, the sources for code frames, how it was run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from winit_lint.ir.sweep import Sweep
from winit_lint.probing import Proof
from winit_lint.reports.probe import about
from winit_lint.reports.probe_account import Account, texts_of


def account(proof: Proof, document: Mapping[str, Any], sweeps: tuple[Sweep, ...] = ()) -> Account:
    """A target's account; what failed is the first of its findings."""
    told = about(proof.probed)
    return Account(document, proof.probed.model, proof.told, texts_of(proof.told), told, _size_of_reals(proof), sweeps)


def _size_of_reals(proof: Proof) -> tuple[int, ...] | None:
    """The shape of the only input, where that is one of real numbers."""
    given = proof.probed.inputs
    if given is None or len(given.tensors) != 1 or "float" not in given.tensors[0].dtype:
        return None
    return given.tensors[0].size
