"""What the interpreter notes while Hugging Face's protocol runs, where the package's source is not at hand."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from winit_lint.cli.inspect import models_of
from winit_lint.ir.distribution import Kind
from winit_lint.ir.model import Model
from winit_lint.ir.write import Origin
from winit_lint.source.target import Target
from winit_lint.source.text import SizeLimits


def built(folder: Path, text: str, name: str = "Net") -> Model:
    file = folder / "net.py"
    file.write_text("import torch\nfrom torch import nn\nimport transformers\n" + dedent(text), encoding="utf-8")
    (model,) = models_of(Target(str(file), name), SizeLimits())
    return model


DIRECT = """
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.empty(4))
            self.fc = nn.Linear(4, 4)

    class Net(transformers.PreTrainedModel):
        def __init__(self, config):
            super().__init__(config)
            self.block = Block()
            nn.init.ones_(self.block.scale)
            self.post_init()

        def _init_weights(self, module):
            if isinstance(module, Block):
                nn.init.zeros_(module.scale)
                nn.init.zeros_(module.fc.weight.data)
                module.fc.bias.data.zero_()
    """


def test_writes_know_the_module_that_the_hook_was_given(tmp_path: Path) -> None:
    by_name = built(tmp_path, DIRECT).by_name
    before, after = by_name["block.scale"].writes[1:]
    assert (before.handed, after.handed) == (None, "block")
    assert by_name["block.fc.weight"].writes[-1].handed == "block"


def test_writes_know_whether_they_were_given_the_parameter_itself(tmp_path: Path) -> None:
    by_name = built(tmp_path, DIRECT).by_name
    assert [by_name[f"block.{name}"].writes[-1].view for name in ("scale", "fc.weight", "fc.bias")] == [
        False,
        True,
        True,
    ]


INHERITED = """
    class Net(transformers.BertPreTrainedModel):
        def __init__(self, config):
            super().__init__(config)
            self.head = nn.Linear(4, 4)
            self.bank = nn.Parameter(torch.empty(4))
            self.scores = nn.Bilinear(4, 4, 4)
            self.post_init()
    """


def test_the_base_class_draws_the_layers_that_it_knows_and_no_others(tmp_path: Path) -> None:
    by_name = built(tmp_path, INHERITED).by_name
    drawn = by_name["head.weight"].last
    assert drawn is not None and drawn.origin is Origin.FRAMEWORK and drawn.distribution.kind is Kind.UNKNOWN
    bank, scores = by_name["bank"].last, by_name["scores.weight"].last
    assert bank is not None and bank.distribution.kind is Kind.UNINITIALISED
    assert scores is not None and scores.origin is Origin.DEFAULT


def test_calling_the_base_from_an_own_hook_does_the_same(tmp_path: Path) -> None:
    own = """
        def _init_weights(self, module):
            super()._init_weights(module)
            if isinstance(module, nn.Bilinear):
                nn.init.zeros_(module.weight)
        """
    text = dedent(INHERITED) + "\n".join(f"    {line}" for line in dedent(own).splitlines()) + "\n"
    by_name = built(tmp_path, text).by_name
    head, scores = by_name["head.weight"].last, by_name["scores.weight"].last
    assert head is not None and head.origin is Origin.FRAMEWORK
    assert scores is not None and scores.name == "zeros_"
    assert by_name["bank"].certain


NAMED = """
    class Inner(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(4, 4)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = Inner()
            self.last = nn.Linear(4, 4)
            self.token = nn.Parameter(torch.empty(4))
            self.order = []
            named_apply(self.note, self, name="net", {options})
            nn.init.constant_(self.token, len(self.order))
            self.size = nn.Linear(1, self.order.index("net.first.fc") + 1, bias=False)

        def note(self, module, name):
            self.order.append(name)
    """


@pytest.mark.parametrize(
    ("options", "visited", "place"),
    [("", 3, 1), ("include_root=True", 4, 1), ("depth_first=False, include_root=True", 4, 3)],
)
def test_named_apply_goes_as_timm_does(tmp_path: Path, options: str, visited: int, place: int) -> None:
    """``place``: when the innermost layer is visited, children before parents or after them."""
    text = "\nfrom timm.models import named_apply\n" + dedent(NAMED.replace("{options}", options))
    by_name = built(tmp_path, text).by_name
    token = by_name["token"].last
    assert token is not None and token.distribution.mean == visited
    assert by_name["size.weight"].shape == (place, 1)
