"""Loaded values that arrive, and random weights that are meant."""

import torch
from torch import nn
from transformers import AutoConfig, AutoModel, BertConfig, BertModel, PreTrainedModel


class Assigned(nn.Module):
    def __init__(self, vectors):
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(vectors, freeze=False)
        self.again = nn.Embedding(100, 16)
        self.again = self.again.from_pretrained(vectors)

    def forward(self, x):
        return self.embedding(x) + self.again(x)


class FromACheckpoint(nn.Module):
    def __init__(self, name, classes):
        super().__init__()
        self.body = AutoModel.from_pretrained(name, config=AutoConfig.from_pretrained(name))
        self.head = nn.Linear(768, classes)

    def forward(self, x):
        return self.head(self.body(x).pooler_output)


class Wrapped(PreTrainedModel):
    """Its own `from_pretrained` fills the body."""

    def __init__(self, config):
        super().__init__(config)
        self.body = AutoModel.from_config(AutoConfig.from_pretrained("bert-base-uncased"))
        self.head = nn.Linear(768, 2)
        self.post_init()


class Chosen(nn.Module):
    """The caller says whether to load."""

    def __init__(self, name, pretrained=True):
        super().__init__()
        if pretrained:
            self.body = AutoModel.from_pretrained(name)
        else:
            self.body = AutoModel.from_config(AutoConfig.from_pretrained(name))
        self.head = nn.Linear(768, 2)

    def forward(self, x):
        return self.head(self.body(x).pooler_output)


class GivenAConfiguration(nn.Module):
    """Sizes of one's own: training from the start is meant."""

    def __init__(self, layers):
        super().__init__()
        self.body = BertModel(BertConfig(num_hidden_layers=layers))
        self.head = nn.Linear(768, 2)

    def forward(self, x):
        return self.head(self.body(x).pooler_output)


def loaded_later(path):
    model = BertModel(BertConfig.from_pretrained("bert-base-uncased"))
    model.load_state_dict(torch.load(path))
    return model


def fill_the_cache(name):
    """Nothing is dropped but what is on disk by then."""
    AutoModel.from_pretrained(name)
    return nn.Linear(8, 8)
