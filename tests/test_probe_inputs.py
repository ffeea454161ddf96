"""What ``forward`` is given: the written form, and the tensors made of it."""

from __future__ import annotations

import pytest
import torch

from winit_lint.probe.deriving import candidates
from winit_lint.probe.inputs import InputFormError, Inputs, TensorSpec, parse_inputs
from winit_lint.probe.tensors import drawn


def test_written_forms() -> None:
    assert parse_inputs(["2,3,224,224"]) == Inputs((TensorSpec((2, 3, 224, 224)),))
    assert parse_inputs(["input_ids=2,16:int64:0..1000", "mask=2,16:bool"]).tensors == (
        TensorSpec((2, 16), "int64", 0, 1000, "input_ids"),
        TensorSpec((2, 16), "bool", keyword="mask"),
    )
    for text in ("4,3,8,8", "4:float16", "x=2,5:int32:-3..4", "2,2:bool"):
        assert str(parse_inputs([text])) == text, "what is printed can be read again"


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "4,", ",4", "4,0", "-1,2", "4,x", "4;3", "1e3", "4,3:float", "4,3:int64:5..5", "4,3:float32:0..2",
        "4,3:int64:0", "9" * 5000, "1000000,1000000", "4,3:int64:0.." + "9" * 40, "x=4,3=5", "４,3",
    ],
)  # fmt: skip
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(InputFormError):
        parse_inputs([text])


def test_a_keyword_given_twice_is_refused() -> None:
    with pytest.raises(InputFormError, match="twice"):
        parse_inputs(["x=1,2", "x=1,3"])


def test_tensors_have_unit_variance_and_do_not_touch_the_default_generator() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    (floats, whole), named = drawn(parse_inputs(["100,1000", "50,50:int64:3..6", "m=2,2:bool"]))
    assert torch.equal(torch.rand(3), expected)
    assert abs(float(floats.std()) - 1) < 0.01 and abs(float(floats.mean())) < 0.02
    assert sorted(whole.unique().tolist()) == [3, 4, 5] and whole.dtype is torch.int64
    assert named["m"].dtype is torch.bool and bool(named["m"].all())


def test_the_same_seed_gives_the_same_numbers_in_every_type() -> None:
    first, second = (drawn(parse_inputs([text]), seed=3)[0][0] for text in ("4,8", "4,8:float64"))
    assert torch.equal(first, second.float())
    assert not torch.equal(first, drawn(parse_inputs(["4,8"]), seed=4)[0][0])


def test_arguments_by_keyword_alone_are_passed_so() -> None:
    class Named(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = torch.nn.Linear(16, 4)

        def forward(self, x: torch.Tensor, *, image: torch.Tensor, text: torch.Tensor | None = None) -> torch.Tensor:
            found: torch.Tensor = self.fc(x + image)
            return found

    found = next(candidates(Named()))
    assert [(tensor.keyword, tensor.size) for tensor in found.tensors] == [(None, (4, 16)), ("image", (4, 16))]
    args, kwargs = drawn(found)
    assert Named()(*args, **kwargs).shape == (4, 4)
