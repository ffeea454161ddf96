"""What the inspect document says of parameters of which rows were written after the whole."""

from pathlib import Path
from textwrap import dedent

import pytest

from winit_lint.analyses.readers import read_by
from winit_lint.cli.inspect import models_of
from winit_lint.inspection import document
from winit_lint.source.target import Target
from winit_lint.source.text import SizeLimits


def said(folder: Path, rows: int, later: str) -> tuple[float | None, float | None]:
    """Mean and std of a table of normal draws, after more statements on its ``weight``."""
    path = folder / "net.py"
    text = f"""
        import torch
        from torch import nn

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.table = nn.Embedding({rows}, 64)
                weight = self.table.weight
                nn.init.normal_(weight, std=0.5)
                {later}
        """
    path.write_text(dedent(text), encoding="utf-8")
    models = models_of(Target(str(path), "Net"), SizeLimits())
    (entry,) = document("net.py::Net", models, read_by)["parameters"][0]["initializers"]
    return entry["mean"], entry["std"]


def test_a_padding_row_counts_in_a_small_table(tmp_path: Path) -> None:
    assert said(tmp_path, 2, "nn.init.zeros_(weight[0])") == (0, pytest.approx(0.5 * 0.5**0.5))
    mean, std = said(tmp_path, 4, "weight.data[1:3].fill_(1.0)")
    assert mean == pytest.approx(0.5)
    assert std == pytest.approx((0.125 + 0.25) ** 0.5)


def test_a_padding_row_does_not_count_in_a_large_table(tmp_path: Path) -> None:
    assert said(tmp_path, 30_000, "nn.init.zeros_(weight[0])") == (0, 0.5)


def test_rows_that_were_written_twice_hold_what_came_last(tmp_path: Path) -> None:
    assert said(tmp_path, 2, "nn.init.zeros_(weight[0]); nn.init.ones_(weight[0])")[0] == pytest.approx(0.5)
    mean, std = said(tmp_path, 4, "nn.init.zeros_(weight[0:2]); nn.init.ones_(weight[1:3])")
    assert mean == pytest.approx(0.5)
    assert std == pytest.approx((0.5 + 0.0625 - 0.25) ** 0.5)


def test_rows_that_hold_what_is_not_known_leave_the_whole_unknown(tmp_path: Path) -> None:
    assert said(tmp_path, 2, "weight.data[0:1] = torch.load('rows.pt')") == (None, None)
