"""Parameters that `_init_weights` passes over."""

import torch
from torch import nn
from transformers import BertModel, BertPreTrainedModel, PreTrainedModel


class Router(nn.Module):
    def __init__(self, dim, n):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(n, dim))  # error: [init-weights-misses-parameter] "its 32 entries are .*`RoutedModel._init_weights` has no branch that fills `weight` of `Router`"

    def forward(self, x):
        return x @ self.weight.T


class RoutedModel(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.gate = Router(8, 4)
        self.out = nn.Linear(8, 8)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)


class OwnQueries(PreTrainedModel):
    """The base class's routine draws layers, but no parameter of one's own."""

    def __init__(self, config):
        super().__init__(config)
        self.queries = nn.Parameter(torch.empty(4, 8))  # error: [init-weights-misses-parameter] "PreTrainedModel._init_weights"
        self.out = nn.Linear(8, 8)
        self.post_init()


class QueriesOnBert(BertPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.bert = BertModel(config)
        self.queries = nn.Parameter(torch.empty(4, 8))  # error: [init-weights-misses-parameter] "never filled"
        self.post_init()


class TaggingPreTrained(PreTrainedModel):
    base_model_prefix = "encoder"

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)


class TaggingEncoder(TaggingPreTrained):
    def __init__(self, config):
        super().__init__(config)
        self.fc = nn.Linear(8, 8)
        self.post_init()


class Tagger(TaggingPreTrained):
    """Loaded from a checkpoint of the encoder, everything of the head is fresh memory."""

    def __init__(self, config):
        super().__init__(config)
        self.encoder = TaggingEncoder(config)
        self.mix = nn.GRU(8, 8)  # warning: [init-weights-misses-parameter] "Tagger.mix.weight_ih_l0. .*once a checkpoint of `encoder` is loaded"
        self.temperature = nn.Parameter(torch.ones(1))  # warning: [init-weights-misses-parameter] "no branch that fills `temperature` of `Tagger`"
        self.classifier = nn.Linear(8, 3)
        self.post_init()


class NoBranchForConvolutions(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.stem = nn.Conv1d(3, 64, 3)  # note: [init-weights-misses-parameter] "keeps torch's default .kaiming_uniform_, std 0.192"
        self.fc = nn.Linear(64, 64)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)


class Deaf(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.embed = nn.Embedding(10, 8)
        self.fc = nn.Linear(8, 8)
        self._init_weights()
        self.post_init()

    def _init_weights(self, reset=False):  # warning: [init-weights-misses-parameter] "does nothing with the module .*`Deaf.embed.weight` .and `Deaf.fc.weight`"
        if reset:
            print("again")
        nn.init.normal_(self.embed.weight, std=0.02)
        nn.init.normal_(self.fc.weight, std=0.02)


class LostWithAnOldCheckpoint(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.fc = nn.Linear(8, 8)
        self.scale = nn.Parameter(torch.ones(8))  # missed: [init-weights-misses-parameter] only where a checkpoint lacks it
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)
