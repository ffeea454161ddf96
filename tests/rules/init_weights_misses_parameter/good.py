"""Parameters that one routine or another reaches."""

import torch
from torch import nn
from transformers import PreTrainedModel


class Gate(nn.Module):
    def __init__(self, dim, n):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(n, dim))

    def forward(self, x):
        return x @ self.weight.T


class GatedModel(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.gate = Gate(8, 4)
        self.out = nn.Linear(8, 8)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, (nn.Linear, Gate)):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, nn.Linear):
            nn.init.zeros_(module.bias)


class ByUnion(PreTrainedModel):
    """A type test on ``A | B``, as JetMoe writes it."""

    def __init__(self, config):
        super().__init__(config)
        self.gate = Gate(8, 4)
        self.out = nn.Linear(8, 8)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear | Gate):
            nn.init.normal_(module.weight, std=0.02)


class TheBaseDrawsTheRest(PreTrainedModel):
    """The base class's routine knows the convolution and the norm."""

    def __init__(self, config):
        super().__init__(config)
        self.stem = nn.Conv1d(3, 8, 3)
        self.norm = nn.LayerNorm(8)
        self.queries = nn.Parameter(torch.empty(4, 8))
        self.post_init()

    def _init_weights(self, module):
        super()._init_weights(module)
        if isinstance(module, TheBaseDrawsTheRest):
            nn.init.normal_(module.queries, std=0.02)


class FilledByTheConstructor(PreTrainedModel):
    """Where nothing is loaded, what the constructor wrote stands."""

    def __init__(self, config):
        super().__init__(config)
        self.queries = nn.Parameter(torch.empty(4, 8))
        nn.init.normal_(self.queries, std=0.02)
        self.out = nn.Linear(8, 8)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)


class TinyPreTrained(PreTrainedModel):
    base_model_prefix = "tiny"

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)
        elif isinstance(module, nn.LayerNorm):
            nn.init.ones_(module.weight)
            nn.init.zeros_(module.bias)
        elif isinstance(module, Pooler):
            nn.init.zeros_(module.query)


class TinyModel(TinyPreTrained):
    """Its own scale is part of every checkpoint of its kind."""

    def __init__(self, config):
        super().__init__(config)
        self.fc = nn.Linear(8, 8)
        self.scale = nn.Parameter(torch.ones(8))
        self.post_init()


class Pooler(nn.Module):
    """A part: the routine of the model that holds it has the branch."""

    def __init__(self):
        super().__init__()
        self.query = nn.Parameter(torch.empty(8))


class TinyForPooling(TinyPreTrained):
    def __init__(self, config):
        super().__init__(config)
        self.tiny = TinyModel(config)
        self.pool = Pooler()
        self.norm = nn.LayerNorm(8)
        self.head = nn.Linear(8, 2)
        self.post_init()


class Vision(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.token = nn.Parameter(torch.empty(1, 8))
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, Vision):
            nn.init.zeros_(module.token)


class Composite(PreTrainedModel):
    """Every model inside is handed to its own routine."""

    def __init__(self, config):
        super().__init__(config)
        self.vision = Vision(config)
        self.text = nn.Linear(8, 8)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)


class ByName(PreTrainedModel):
    """The argument is asked for its tensors."""

    def __init__(self, config):
        super().__init__(config)
        self.bank = nn.Parameter(torch.empty(4, 8))
        self.post_init()

    def _init_weights(self, module):
        for name, parameter in module.named_parameters(recurse=False):
            if "bank" in name:
                nn.init.normal_(parameter, std=0.02)


class TiedHead(PreTrainedModel):
    """The head's weight is the embedding of the base model, and comes with its checkpoint."""

    base_model_prefix = "model"
    _tied_weights_keys = {"head.weight": "model.tokens.weight"}

    def __init__(self, config):
        super().__init__(config)
        self.head = nn.Linear(8, 32, bias=False)
        self.model = Tokens()
        self.head.weight = self.model.tokens.weight
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.LayerNorm):
            nn.init.ones_(module.weight)


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(32, 8)
        self.norm = nn.LayerNorm(8)

    def forward(self, x):
        return self.norm(self.tokens(x))
