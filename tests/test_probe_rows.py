"""What one line of the table tells of several modules."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from winit_lint.analyses.readers import read_by
from winit_lint.inspection import document
from winit_lint.probe import probe
from winit_lint.reports.inspect_cells import file_names, shortened
from winit_lint.reports.probe_account import Account, texts_of
from winit_lint.reports.probe_rows import blocks


@pytest.mark.parametrize(("std", "broken"), [(1e6, True), (0.125, False)])
def test_a_row_whose_last_modules_are_not_finite_says_so(std: float, *, broken: bool) -> None:
    class Overflowing(nn.Sequential):
        def __init__(self) -> None:
            super().__init__(*(nn.Linear(64, 64, bias=False) for _ in range(8)))
            for layer in self:
                nn.init.normal_(layer.weight, std=std)  # type: ignore[arg-type]

    found = probe(Overflowing, torch.randn(8, 64))
    made = document(found.model.name, [found.model], read_by, "probe")
    account = Account(made, found.model, found.findings, texts_of(found.findings), ())
    block = blocks(account, shortened(file_names(made)), fold=True)[0]  # all but the last, which nothing reads
    assert block.group.module == "0-6"
    assert str(block.forward).endswith(" to not finite") is broken
