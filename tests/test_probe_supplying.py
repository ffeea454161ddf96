"""Arguments that are made up: only where that is asked for, and always told."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from winit_lint.probe.launch import Options, Prober
from winit_lint.probe.supplying import supplied
from winit_lint.reports.probe import about, remark
from winit_lint.source.target import parse_target

HERE = Path(__file__).parent / "probe"
sys.path.insert(0, str(HERE))
import needing  # noqa: E402

OPTIONS = Options(seeds=1, supply=True)


@pytest.fixture(scope="module")
def prober() -> Iterator[Prober]:
    with Prober() as made:
        yield made


def test_sizes_are_by_the_words_of_names() -> None:
    def made(  # type: ignore[no-untyped-def]
        in_channels, d_model, nhead, head_dim, vocab_size, num_classes, n_layers, block_size, dropout, std, given, x=1
    ): ...

    found, told = supplied(made, (), {"given": 1}, ModuleType("m"))
    assert found == {
        "in_channels": 64, "d_model": 64, "nhead": 4, "head_dim": 16, "vocab_size": 100, "num_classes": 10,
        "n_layers": 2, "block_size": 16, "dropout": 0.0, "std": 0.02,
    }  # fmt: skip
    assert told[:3] == ("in_channels=64", "d_model=64", "nhead=4")


def test_the_words_of_public_repositories() -> None:
    def made(  # type: ignore[no-untyped-def]
        hid_dim, num_tags, pad_idx, h, src_vocab, nfeat, outplanes, num_queries, layer_num: int, reduction: int, levels
    ): ...

    assert supplied(made, (), {}, ModuleType("m"))[0] == {
        "hid_dim": 64, "num_tags": 10, "pad_idx": 0, "h": 4, "src_vocab": 100, "nfeat": 64, "outplanes": 64,
        "num_queries": 16, "layer_num": 2, "reduction": 4, "levels": 2,
    }  # fmt: skip


def test_what_is_given_by_place_is_not_made_up() -> None:
    def made(dim: int, hidden: int, *, flag: bool) -> None: ...

    assert supplied(made, (5,), {}, ModuleType("m"))[0] == {"hidden": 64, "flag": False}


def test_what_has_no_meaning_is_left_out() -> None:
    def made(dim: int, activation: str, thing, share: float, rate: int) -> None: ...  # type: ignore[no-untyped-def]

    assert supplied(made, (), {}, ModuleType("m"))[0] == {"dim": 64}
    assert supplied(needing.Unclear, (), {}, needing)[1] == ("dim=64",)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "FromConfig",
            ("config=TransformerConfig(hidden_size=64, num_heads=4, vocab_size=100, dropout=0.0, bias=False)",),
        ),
        (
            "Unannotated",
            (
                "config=TransformerConfig(hidden_size=64, num_heads=4, vocab_size=100, dropout=0.0, bias=False)",
                "dim=64",
                "num_heads=4",
            ),
        ),
        ("Unannotated(dim=32, num_heads=2)", ()),
    ],
)
def test_a_model_is_built_with_them_and_they_are_told(prober: Prober, name: str, told: tuple[str, ...]) -> None:
    found = prober.probe(parse_target(f"{HERE / 'needing.py'}::{name}"), OPTIONS)
    if told:
        assert found.model is not None and found.failure is None and found.supplied == told
        assert "arguments made up: config=TransformerConfig(" in remark(found)
        assert dict(about(found))["arguments made up"].startswith("config=")
    else:
        assert found.model is None, "the configuration does not go with the given width"
        assert found.supplied == ("config=" + "TransformerConfig(hidden_size=64, num_heads=4, vocab_size=100, "
                                  "dropout=0.0, bias=False)",)  # fmt: skip


def test_it_has_to_be_asked_for(prober: Prober) -> None:
    plain = dataclasses.replace(OPTIONS, supply=False)
    found = prober.probe(parse_target(f"{HERE / 'needing.py'}::FromConfig"), plain)
    assert found.model is None and found.supplied == ()
    assert found.failure is not None and "it needs `config`: " in found.failure
    assert "made up" not in remark(found)


def test_the_rest_that_is_lacking_is_told(prober: Prober) -> None:
    found = prober.probe(parse_target(f"{HERE / 'needing.py'}::Unclear"), OPTIONS)
    assert (
        found.failure is not None
        and "it needs `activation`: write the target with arguments, which can't be made up" in found.failure
        and found.supplied == ("dim=64",)
    )
