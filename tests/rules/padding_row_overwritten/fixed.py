"""Padding rows that hold noise."""

from torch import nn
from transformers import PretrainedConfig


class Encoder(nn.Module):
    def __init__(self, vocab=30, dim=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim, padding_idx=0)
        nn.init.normal_(self.embed.weight, std=0.1)
        if self.embed.padding_idx is not None:
            nn.init.zeros_(self.embed.weight[self.embed.padding_idx])
        self.rnn = nn.GRU(dim, dim, batch_first=True)

    def forward(self, tokens):
        return self.rnn(self.embed(tokens))[1]


def make_embedding(num_embeddings, embedding_dim, padding_idx):
    m = nn.Embedding(num_embeddings, embedding_dim, padding_idx=padding_idx)
    m.weight.data.normal_(0, 0.1)
    if m.padding_idx is not None:
        m.weight.data[m.padding_idx].zero_()
    return m


class ByCallback(nn.Module):
    def __init__(self, vocab, dim=16):
        super().__init__()
        self.embedding = nn.Embedding(vocab, dim, padding_idx=1)
        self.out = nn.Linear(dim, 4)
        self.apply(self._init_weights)

    @staticmethod
    def _init_weights(module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            module.weight.data.normal_(mean=0.0, std=0.02)
            if getattr(module, "padding_idx", None) is not None:
                module.weight.data[module.padding_idx].zero_()

    def forward(self, ids):
        return self.out(self.embedding(ids).mean(1))


class WrongRow(nn.Module):
    def __init__(self, vocab=30, dim=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim, padding_idx=1)
        nn.init.uniform_(self.embed.weight, -0.1, 0.1)
        if self.embed.padding_idx is not None:
            nn.init.zeros_(self.embed.weight[self.embed.padding_idx])
        nn.init.zeros_(self.embed.weight[0])

    def forward(self, tokens):
        return self.embed(tokens)


class IndexedByNone(nn.Module):
    def __init__(self, vocab=30, dim=16, padding_idx=None):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim, padding_idx=padding_idx)
        nn.init.normal_(self.embed.weight, std=0.1)
        if padding_idx is not None:
            nn.init.constant_(self.embed.weight[padding_idx], 0)

    def forward(self, tokens):
        return self.embed(tokens)


def options():
    import argparse

    parser = argparse.ArgumentParser()
    parser.add_argument("--pad", type=int, default=1)
    return parser.parse_args([])


class FromOptions(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(100, 32, padding_idx=options().pad)
        nn.init.xavier_uniform_(self.table.weight)
        if self.table.padding_idx is not None:
            nn.init.zeros_(self.table.weight[self.table.padding_idx])


def options_net():
    return FromOptions()


class PaddingConfig(PretrainedConfig):
    def __init__(self, vocab_size=30, hidden_size=16, pad_token_id=3, **kwargs):
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        super().__init__(pad_token_id=pad_token_id, **kwargs)


class Configured(nn.Module):
    def __init__(self, config: PaddingConfig):
        super().__init__()
        self.embed = nn.Embedding(config.vocab_size, config.hidden_size, config.pad_token_id)
        nn.init.normal_(self.embed.weight, std=0.02)
        if self.embed.padding_idx is not None:
            nn.init.zeros_(self.embed.weight[self.embed.padding_idx])

    def forward(self, tokens):
        return self.embed(tokens)
