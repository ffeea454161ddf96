"""The protocol of Hugging Face's transformers, whose source need not be there."""

import torch
import torch.nn as nn
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
            module.weight.data.normal_(mean=0.0, std=std)  # reveal: TinyModel: fc.weight [32, 32] = normal_ 0.02
            if module.bias is not None:
                module.bias.data.zero_()  # reveal: TinyModel: fc.bias [32] = zero_ 0
        elif isinstance(module, nn.Embedding):
            module.weight.data.normal_(mean=0.0, std=1.0)  # reveal: TinyModel: table.weight [100, 32] = normal_ 1
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
