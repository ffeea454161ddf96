"""Writes that see what was loaded, or that nothing loaded can meet."""

import torch
from torch import nn
from transformers import PreTrainedModel
from transformers import initialization as init


class Guarded(PreTrainedModel):
    """transformers guards `torch.nn.init` while it runs `_init_weights`."""

    def __init__(self, config):
        super().__init__(config)
        self.lin = nn.Linear(16, 16)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, mean=0.0, std=0.02)
            nn.init.zeros_(module.bias)


class ItsOwnFunctions(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.lin = nn.Linear(16, 16)
        self.decay = nn.Parameter(torch.empty(8))
        self.angles = nn.Parameter(torch.empty(8))
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            init.normal_(module.weight, std=0.02)
            init.zeros_(module.bias)
        elif isinstance(module, ItsOwnFunctions):
            init.copy_(module.decay, torch.linspace(0.0, 1.0, 8))
            init.copy_(module.angles, torch.rand(8).cos().view(-1))


class OneTensorEach(PreTrainedModel):
    """An embedding and a bias-free layer are loaded whole, and then never visited, or not at all."""

    def __init__(self, config):
        super().__init__(config)
        self.embed = nn.Embedding(100, 16, padding_idx=0)
        self.lin = nn.Linear(16, 16, bias=False)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            module.weight.data.normal_(mean=0.0, std=0.02)
        elif isinstance(module, nn.Embedding):
            module.weight.data.normal_(mean=0.0, std=0.02)
            if module.padding_idx is not None:
                module.weight.data[module.padding_idx].zero_()


class Asks(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.lin = nn.Linear(16, 16)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            if not getattr(module.weight, "_is_hf_initialized", False):
                module.weight.data.normal_(mean=0.0, std=0.02)
            if not getattr(module.bias, "_is_hf_initialized", False):
                module.bias.data.zero_()


def is_fresh(tensor):
    return tensor is not None and not getattr(tensor, "_is_hf_initialized", False)


class AsksByAFunction(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.fc = nn.Linear(64, 64)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            if is_fresh(module.weight):
                module.weight.data.normal_(std=0.02)
            if is_fresh(module.bias):
                module.bias.data.zero_()

    def forward(self, x):
        return self.fc(x)


class InTheConstructor(PreTrainedModel):
    """What is written before loading is replaced by what is loaded."""

    def __init__(self, config):
        super().__init__(config)
        self.lin = nn.Linear(16, 16)
        self.lin.weight.data.normal_(std=0.02)
        self.lin.bias.data.zero_()
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)


class Plain(nn.Module):
    """Nothing loads this with transformers."""

    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(16, 16)
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            module.weight.data.normal_(mean=0.0, std=0.02)
            module.bias.data.zero_()
