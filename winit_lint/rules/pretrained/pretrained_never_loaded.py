"""Pre-trained weights that are asked for and reach nothing.

What it does:
    Finds class methods that return a new, loaded object (`nn.Embedding.from_pretrained`, a model's `from_pretrained`,
    Lightning's `load_from_checkpoint`) called on an instance whose result is dropped, and models of transformers that
    are built from a checkpoint's configuration (`BertModel(BertConfig.from_pretrained(...))`, `AutoModel.from_config`)
    where nothing loads weights.

Why is this bad:
    The first leaves the instance as it was. The second loads the sizes and the options only: the weights are random,
    and what is meant as fine-tuning is training from scratch.

Example:
    self.embedding.from_pretrained(vectors)

Use instead:
    self.embedding = nn.Embedding.from_pretrained(vectors, freeze=False)

Fix safety:
    No fix is offered: a new embedding has its own options (`freeze`, `padding_idx`), and training from scratch may be
    what is wanted.

Known misses:
    A class method that is called on its class and dropped, which may fill a cache; configurations that come from
    elsewhere; what a function or an argument for loading, pre-training or starting from scratch chooses.

References:
    torch.nn.Embedding.from_pretrained, transformers.AutoModel.from_config. landiisotta/convae_architecture#2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from winit_lint.analyses.contents import contents, untouched
from winit_lint.analyses.hugging_face import is_pretrained_model
from winit_lint.finding import Finding, Severity
from winit_lint.ir.event import Discarded, Load, Untrained
from winit_lint.ir.model import Model, Parameter
from winit_lint.rule import Pass, Rule

_CHOICE = ("pretrain", "load", "scratch", "checkpoint", "ckpt", "weights", "resume", "random", "dummy", "test", "tiny")
_GENERATIVE = ("CausalLM", "MaskedLM", "PreTraining", "ConditionalGeneration", "MaskedImageModeling")
_TASK = re.compile(r"For([A-Z]\w+)")


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each dropped object and each random model."""
    for event in run.model.events:
        if isinstance(event, Discarded):
            yield _discarded(run, event)
        elif isinstance(event, Untrained) and not _chosen(run.model):
            yield _untrained(run, event)


def _discarded(run: Pass, event: Discarded) -> Finding:
    below = _below(run.model, event.module)
    layer = run.model.by_path.get(event.module) if event.module is not None else None
    symbol = below[0].symbol if below else event.how.split(".")[-2]
    kept = f", and `{symbol}` keeps {contents(below[0])}" if below else ""
    message = (
        f"`{event.how.rpartition('.')[2]}` returns a new `{_short(event.how if layer is None else layer.cls + '.x')}` "
        f"and leaves the one that it is called on as it is: the loaded values reach nothing{kept}; assign the result"
    )
    return run.report(event.span, Severity.WARNING, symbol, message)


def _untrained(run: Pass, event: Untrained) -> Finding:
    from_config = event.how.endswith(".from_config")
    name = _short(event.how) if from_config else event.how.rpartition(".")[2]
    task = _TASK.search(name)
    downstream = task is not None and not task[1].startswith(_GENERATIVE)
    fresh = [p for p in run.model.parameters if event.module and not p.name.startswith(f"{event.module}.")]
    head = next((p for p in fresh if p.role == "weight" and p.trainable and untouched(p)), None)
    beside = f", `{head.symbol}` beside it too" if head is not None else ""
    message = (
        f"the weights of `{name}` are random{beside}: `from_pretrained` of a configuration loads sizes and options "
        f"only, and nothing here loads weights; `{name}.from_pretrained` does"
    )
    severity = Severity.WARNING if downstream or head is not None else Severity.NOTE
    return run.report(event.span, severity, event.module or name, message)


def _chosen(model: Model) -> bool:
    """Weights are loaded here, the framework loads them (a model of transformers), or the caller chooses."""
    if any(True for _ in model.events_of(Load)) or is_pretrained_model(model.by_path.get("")):
        return True
    texts = [model.name.lower(), *(assumption.text.lower() for assumption in model.assumptions)]
    return any(word in text for word in _CHOICE for text in texts)


def _below(model: Model, path: str | None) -> list[Parameter]:
    if path is None:
        return []
    return [p for p in model.parameters if not path or p.name.startswith(f"{path}.")]


def _short(how: str) -> str:
    """The class of ``transformers.AutoModel.from_config``."""
    return how.split(".")[-2]


RULE = Rule("WI603", "pretrained-never-loaded", __doc__, check)
