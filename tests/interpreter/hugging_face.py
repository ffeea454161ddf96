"""The protocol of Hugging Face's transformers, whose source need not be there."""

from dataclasses import dataclass

import torch
import torch.nn as nn
from huggingface_hub.dataclasses import as_validated_field
from transformers import PreTrainedModel, PretrainedConfig


class TinyConfig(PretrainedConfig):
    def __init__(self, hidden=32, vocabulary=100, initializer_range=0.02, **kwargs):
        super().__init__(**kwargs)
        self.hidden = hidden
        self.vocabulary = vocabulary
        self.initializer_range = initializer_range


class TinyPreTrainedModel(PreTrainedModel):
    config_class = TinyConfig

    def _init_weights(self, module):
        std = self.config.initializer_range
        if isinstance(module, nn.Linear):
            module.weight.data.normal_(mean=0.0, std=std)  # reveal: TinyModel: fc.weight [32, 32] = normal_ 0.02; tied: inner.heads.0.weight [32, 32] = normal_ 0.02; untied: heads.0.weight [32, 32] = normal_ 0.02; untied: heads.1.weight [32, 32] = normal_ 0.02; untied: heads.2.weight [32, 32] = normal_ 0.02; untied: reader.weight [100, 32] = normal_ 0.02
            if module.bias is not None:
                module.bias.data.zero_()  # reveal: TinyModel: fc.bias [32] = zero_ 0; tied: inner.heads.0.bias [32] = zero_ 0; untied: heads.0.bias [32] = zero_ 0; untied: heads.1.bias [32] = zero_ 0; untied: heads.2.bias [32] = zero_ 0
        elif isinstance(module, nn.Embedding):
            module.weight.data.normal_(mean=0.0, std=1.0)  # reveal: TinyModel: table.weight [100, 32] = normal_ 1; tied: inner.table.weight [100, 32] = normal_ 1; untied: table.weight [100, 32] = normal_ 1
        elif isinstance(module, TinyHead):
            nn.init.ones_(module.scale)  # reveal: TinyModel: head.scale [32] = ones_ 1±0


class TinyHead(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.scale = nn.Parameter(torch.empty(size))


class TinyModel(TinyPreTrainedModel):  # root
    def __init__(self, config: TinyConfig):
        super().__init__(config)
        self.table = nn.Embedding(100, 32)
        self.fc = nn.Linear(32, 32)
        self.norm = nn.LayerNorm(32)  # reveal: norm.weight [32] = ones_ 1±0; norm.bias [32] = zeros_ 0
        self.head = TinyHead(32)
        self.post_init()


class Forgetful(TinyPreTrainedModel):  # root
    """Nothing calls post_init."""

    def __init__(self, config: TinyConfig):
        super().__init__(config)
        self.fc = nn.Linear(32, 32)  # reveal: fc.weight [32, 32] = kaiming_uniform_ 0.102; fc.bias [32] = uniform_ 0.102


class TextConfig(PretrainedConfig):
    attribute_map = {"hidden_size": "d_model"}

    def __init__(self, d_model=16, **kwargs):
        self.d_model = d_model
        super().__init__(**kwargs)


class Renamed(TinyPreTrainedModel):  # root
    """The configuration keeps the width under another name."""

    def __init__(self, config: TextConfig):
        super().__init__(config)
        self.body = nn.Linear(config.hidden_size, 8, bias=False)  # reveal: body.weight [8, 16] = kaiming_uniform_ 0.144


class TiedConfig(TinyConfig):
    def __init__(self, tie_word_embeddings=True, **kwargs):
        super().__init__(**kwargs)
        self.tie_word_embeddings = tie_word_embeddings


class Tied(TinyPreTrainedModel):
    """Parameters that take the place of others have no names of their own."""

    _tied_weights_keys = {"reader.weight": "table.weight", r"heads.(?![0])\d+": "heads.0"}

    def __init__(self, config: TiedConfig):
        super().__init__(config)
        self.table = nn.Embedding(100, 32)
        self.reader = nn.Linear(32, 100, bias=False)
        self.heads = nn.ModuleList(nn.Linear(32, 32) for _ in range(3))
        self.post_init()


def tied():  # root
    return nn.ModuleDict({"inner": Tied(TiedConfig())})


def untied():  # root
    return Tied(TiedConfig(tie_word_embeddings=False))


@as_validated_field
def positive(value):
    if value <= 0:
        raise ValueError(value)


@dataclass
class FieldConfig(PretrainedConfig):
    """A field goes by its other name; what is no field is handed on, and kept at the end."""

    attribute_map = {"experts": "local_experts"}

    experts: int = 4
    width: int = positive(default=8)

    def __post_init__(self, **kwargs):
        self.depth = kwargs.pop("layers", 2)
        self.twice = 2 * self.experts


class Fields(PreTrainedModel):
    def __init__(self, config: FieldConfig):
        super().__init__(config)
        self.weight = nn.Parameter(torch.zeros(config.local_experts, config.experts, config.width, config.depth, config.twice))  # reveal: fields: 0.weight [4, 4, 8, 2, 8] = zeros 0; fields: 1.weight [5, 5, 8, 1, 8] = zeros 0


def fields():  # root
    return nn.ModuleList([Fields(FieldConfig()), Fields(FieldConfig(local_experts=5, layers=1))])
