"""Models that are built without memory: what is replayed against what is really built."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from probed_by_hand import reasons
from torch import nn

from winit_lint.ir.measured import Reset
from winit_lint.ir.model import Model
from winit_lint.ir.write import Origin
from winit_lint.probe.apart import measure_apart
from winit_lint.probe.deferred import ReadOnlyError
from winit_lint.probe.inputs import parse_inputs
from winit_lint.probe.launch import Options, Prober
from winit_lint.probe.live import measure
from winit_lint.probe.protocol import Limits
from winit_lint.source.target import parse_target

HERE = Path(__file__).parent / "probe"
sys.path.insert(0, str(HERE))
import deferring  # noqa: E402
import large  # noqa: E402


def apart(build: Callable[[], nn.Module], small: int = 0, **given: object) -> Model:
    options = {"why": "asked for", "seeds": 2, "stage": lambda name: None, "largest": 2**30, "seconds": 120.0}
    return measure_apart(build, small=small, **{**options, **given})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def both() -> tuple[Model, Model]:
    """The same definition, replayed and really built."""
    return apart(deferring.Net), measure(deferring.Net, inputs=None, seeds=2, stage=lambda name: None)


def test_every_parameter_has_the_same_writes(both: tuple[Model, Model]) -> None:
    ours, real = both
    assert [p.name for p in ours.parameters] == [p.name for p in real.parameters]
    for one, other in zip(ours.parameters, real.parameters, strict=True):
        assert one.writes == other.writes and one.writes, one.name
        assert (one.tied, one.created) == (other.tied, other.created)


def test_replayed_statistics_are_those_of_a_real_build(both: tuple[Model, Model]) -> None:
    """Within the intervals of both samples; the family and its blocks to the letter where entries are many."""
    ours, real = (model.measured for model in both)
    assert ours is not None and real is not None
    assert ours.replay is not None and (ours.replay.real, ours.replay.unknown) == (0, 0)
    assert ours.replay.whole == len(real.statistics) == len(ours.statistics)
    for found in ours.statistics:
        other = real.by_name[found.name]
        assert (found.n, found.promised_std, found.of) == (other.n, other.promised_std, None), found.name
        if found.std_interval is None or other.std_interval is None:
            assert (found.mean, found.std) == (other.mean, other.std), found.name
        else:
            assert found.std_interval.low <= other.std_interval.high, found.name
            assert other.std_interval.low <= found.std_interval.high, found.name
        if found.n > 5000:
            alike = {found.family, other.family}
            assert alike <= {"normal", "truncated_normal"} or len(alike) == 1, found.name
            assert found.blocks == other.blocks


def test_small_tensors_are_real() -> None:
    measured = apart(deferring.Net, small=2**20).measured
    assert measured is not None and measured.replay is not None
    assert measured.replay.real == len(measured.statistics) and not measured.replay.whole


def test_numbers_that_the_constructor_reads_are_those_that_are_replayed() -> None:
    measured = apart(deferring.Read).measured
    assert measured is not None
    first, second = measured.by_name["first.weight"], measured.by_name["second.weight"]
    assert first.std == pytest.approx(1.0, rel=2e-4), "unbiased over 4096 entries"
    assert first.builds == 1, "another draw does not go with a number that was read from the first"
    assert first.std is not None and second.family == "constant"
    assert second.mean is not None and first.maximum == pytest.approx(second.mean)


def test_numbers_that_leave_torch_are_those_that_are_replayed() -> None:
    measured = apart(deferring.AsArray).measured
    assert measured is not None and measured.replay is not None and measured.replay.unknown == 0
    first, second, third = (measured.by_name[f"{name}.weight"] for name in ("first", "second", "third"))
    assert first.std == pytest.approx(1 / 16, rel=0.1), "its norm is 1, and about 2 std sqrt(64)"
    assert second.mean is not None and third.maximum == pytest.approx(2 * second.mean)
    assert second.mean == pytest.approx(1 / 8, rel=0.01)


def test_an_array_that_is_written_to_ends_the_build_with_the_reason() -> None:
    with pytest.raises(ReadOnlyError, match="without memory is written to"):
        apart(deferring.ThroughArray)


def test_copies_are_told_as_of_a_real_build() -> None:
    ours, real = apart(deferring.Alike).measured, measure(deferring.Alike, inputs=None, seeds=1, stage=str).measured
    assert ours is not None and real is not None
    assert set(ours.copies) == set(real.copies)
    assert {each.names for each in ours.copies} == {
        ("flat",),
        ("copied.0.weight", "copied.1.weight", "copied.2.weight"),
        ("seeded.0.weight", "seeded.1.weight"),
    }


@pytest.mark.parametrize("build", [deferring.Otherwise, lambda: deferring.Block(64), deferring.Alike])
def test_resets_are_told_as_of_a_real_build(build: Callable[[], nn.Module]) -> None:
    ours, real = apart(build).measured, measure(build, inputs=None, seeds=1, stage=str).measured
    assert ours is not None and real is not None
    assert [_facts(each) for each in ours.resets] == [_facts(each) for each in real.resets]
    assert ours.resets and "resets" not in reasons(ours)


def test_a_constructor_that_looks_at_numbers_is_reset_too() -> None:
    """Which the meta device alone has none of."""
    measured = apart(deferring.Read).measured
    assert measured is not None
    assert {each.name for each in measured.resets} >= {"first.bias", "second.bias"}


def _facts(found: Reset) -> tuple[object, ...]:
    return found.name, found.buffer, found.persistent, found.by, found.share, found.differs


def test_memory_that_nothing_fills_is_told() -> None:
    measured = apart(deferring.Lacking).measured
    assert measured is not None
    assert [(each.name, each.share) for each in measured.unfilled] == [("weight", 0.5)]


@pytest.mark.parametrize(
    ("build", "given", "why"),
    [
        (deferring.Changed, {"small": 30_000}, "written to later"),
        (deferring.Lacking, {"largest": 1000}, "GiB at a time are more"),
        (deferring.Lacking, {"seconds": -1.0}, "time for measuring was over"),
    ],
)
def test_what_cannot_be_replayed_is_said_to_be_unknown(
    build: Callable[[], nn.Module], given: dict[str, object], why: str
) -> None:
    measured = apart(build, **given).measured  # type: ignore[arg-type]
    assert measured is not None and measured.replay is not None
    assert measured.replay.unknown == 1 and not measured.statistics
    (told,) = [each.why for each in measured.skipped if each.what == "statistics"]
    assert why in told and "`weight`" in told


def test_independent_entries_are_replayed_in_part() -> None:
    measured = apart(lambda: nn.Embedding(3000, 100), sample=10_000).measured
    assert measured is not None and measured.replay is not None and measured.replay.sampled == 1
    (found,) = measured.statistics
    assert (found.n, found.of) == (10_000, 300_000)
    assert found.std_interval is not None and found.std_interval.holds(1.0)
    assert found.std_interval.high - found.std_interval.low > 0.03, "the interval is that of the sample"


def test_rows_that_are_written_apart_are_not_taken_for_the_whole() -> None:
    measured = apart(lambda: nn.Embedding(100, 100, padding_idx=7), sample=1000).measured
    assert measured is not None
    (found,) = measured.statistics
    assert found.n == 10_000 and found.of is None


def test_seventy_billion_parameters_have_a_history_and_fans() -> None:
    """Its statistics, of fewer entries than usual here, are those that its definition names."""
    model = apart(large.Decoder, small=2**16, sample=2**12)
    measured = model.measured
    assert measured is not None and measured.replay is not None and measured.replay.unknown == 0
    assert sum(p.shape[0] * p.shape[-1] for p in model.parameters if p.shape) > 68e9
    assert len(model.parameters) == len(measured.statistics) == 723
    assert all(p.last is not None and p.last.span is not None for p in model.parameters)
    explicit = [p for p in model.parameters if p.last is not None and p.last.origin is Origin.EXPLICIT]
    assert len(explicit) == 562
    fans = {each.name: each for each in measured.fans}
    assert len(fans) == 562
    for found in fans.values():
        assert found.fan_in is not None and found.fan_out is not None
        assert found.table_in == pytest.approx(found.fan_in.value, abs=5 * found.fan_in.error + 1e-3)
    for found in measured.statistics:
        assert found.std_interval is None or found.promised_std is not None
        assert found.std_interval is None or found.std_interval.holds(found.promised_std or 0.0)


@pytest.fixture(scope="module")
def prober() -> Iterator[Prober]:
    with Prober() as made:
        yield made


OPTIONS = Options(parse_inputs(["4,4"]), seeds=2, limits=Limits(seconds=60, memory=2**29))


def test_a_model_that_does_not_fit_is_built_without_memory(prober: Prober) -> None:
    found = prober.probe(parse_target(f"{HERE / 'deferring.py'}::Wide"), OPTIONS)
    assert found.model is not None and found.failure is None
    measured = found.model.measured
    assert measured is not None and measured.replay is not None
    assert measured.replay.sampled == 16 and "0.5 GiB are not enough" in measured.replay.why
    assert reasons(measured)["signal"] == measured.replay.why
    assert found.peak < 2**30


def test_it_can_be_asked_for(prober: Prober) -> None:
    asked = dataclasses.replace(OPTIONS, apart=True)
    found = prober.probe(parse_target(f"{HERE / 'large.py'}::Decoder(1, 64, 4, 2, 128, 100)"), asked)
    assert found.model is not None and found.model.measured is not None
    assert found.model.measured.replay is not None and "asked for" in found.model.measured.replay.why
