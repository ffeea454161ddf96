"""Models of transformers whose layers something initialises."""

from torch import nn
from transformers import BertModel, BertPreTrainedModel, PreTrainedModel


class Called(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.classifier = nn.Linear(16, 2)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)


class Abstract(PreTrainedModel):
    """It has no layers; the classes below call it."""

    base_model_prefix = "model"

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)


class Encoder(Abstract):
    """Used inside another model, whose call reaches it."""

    def __init__(self, config):
        super().__init__(config)
        self.fc = nn.Linear(16, 16)


class Classifier(Abstract):
    def __init__(self, config):
        super().__init__(config)
        self.model = Encoder(config)
        self.classifier = nn.Linear(16, 2)
        self.post_init()


class CalledAgain(Called):
    def __init__(self, config):
        super().__init__(config)
        self.second = nn.Linear(16, 2)
        self.post_init()


class OldSpelling(BertPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.bert = BertModel(config)
        self.classifier = nn.Linear(16, 2)
        self.init_weights()


class ByItself(PreTrainedModel):
    """The constructor fills all there is."""

    def __init__(self, config):
        super().__init__(config)
        self.classifier = nn.Linear(16, 2)
        nn.init.normal_(self.classifier.weight, std=0.02)
        nn.init.zeros_(self.classifier.bias)


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.classifier = nn.Linear(16, 2)

    def post_init(self):
        nn.init.normal_(self.classifier.weight, std=0.02)
        nn.init.zeros_(self.classifier.bias)


def plain():
    model = Plain()
    model.post_init()
    return model


class BySlices(PreTrainedModel):
    """A routine of its own fills the stacked projections one by one."""

    def __init__(self, config):
        super().__init__(config)
        self.qkv = nn.Linear(8, 24, bias=False)
        for start in (0, 8, 16):
            place = [slice(None)] * self.qkv.weight.ndim
            place[0] = slice(start, start + 8)
            nn.init.normal_(self.qkv.weight[place], std=0.02)
