"""Loaded values that nothing keeps, and models that only look pre-trained."""

import pytorch_lightning as pl
import torch
from torch import nn
from transformers import AutoConfig, AutoModel, BertConfig, BertForSequenceClassification, BertModel


class Tagger(nn.Module):
    def __init__(self, vectors):
        super().__init__()
        self.embedding = nn.Embedding(100, 16)
        self.embedding.from_pretrained(vectors)  # warning: [pretrained-never-loaded] "returns a new `Embedding` .*`Tagger.embedding.weight` keeps torch's default .normal_, std 1."
        self.conv = nn.Conv1d(16, 8, 3)

    def forward(self, x):
        return self.conv(self.embedding(x).transpose(1, 2))


class OnlyWithVectors(nn.Module):
    def __init__(self, size, width, vectors=None):
        super().__init__()
        self.embedding = nn.Embedding(size, width, padding_idx=0)
        if vectors is not None:
            self.embedding.from_pretrained(torch.as_tensor(vectors))  # warning: [pretrained-never-loaded] "assign the result"

    def forward(self, x):
        return self.embedding(x)


class Lit(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)


def resume(path):
    model = Lit()
    model.load_from_checkpoint(path)  # warning: [pretrained-never-loaded] "`load_from_checkpoint` returns a new `Lit`"
    return model


class Classifier(nn.Module):
    """Meant for fine-tuning: a new head on a random body."""

    def __init__(self, classes):
        super().__init__()
        self.bert = BertModel(BertConfig.from_pretrained("bert-base-uncased"))  # warning: [pretrained-never-loaded] "weights of `BertModel` are random, `Classifier.head.weight` beside it too"
        self.head = nn.Linear(768, classes)

    def forward(self, x):
        return self.head(self.bert(x).pooler_output)


def classifier(name):
    config = AutoConfig.from_pretrained(name)
    return BertForSequenceClassification(config)  # warning: [pretrained-never-loaded] "`BertForSequenceClassification.from_pretrained` does"


class Body(nn.Module):
    """Perhaps a body to be trained from the start."""

    def __init__(self, name):
        super().__init__()
        self.body = AutoModel.from_config(AutoConfig.from_pretrained(name))  # note: [pretrained-never-loaded] "weights of `AutoModel` are random: "

    def forward(self, x):
        return self.body(x)
