"""Padding rows that are 0, or that do not exist."""

import torch
from torch import nn
from transformers import PretrainedConfig


class Encoder(nn.Module):
    def __init__(self, vocab=30, dim=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim, padding_idx=0)
        nn.init.normal_(self.embed.weight, std=0.1)
        nn.init.zeros_(self.embed.weight[0])

    def forward(self, tokens):
        return self.embed(tokens)


def make_embedding(num_embeddings, embedding_dim, padding_idx):
    m = nn.Embedding(num_embeddings, embedding_dim, padding_idx=padding_idx)
    m.weight.data.normal_(0, 0.1)
    m.weight.data[padding_idx].zero_()
    return m


class Built(nn.Module):
    def __init__(self, vocab=30, dim=16, pad=1):
        super().__init__()
        self.embed = make_embedding(vocab, dim, pad)

    def forward(self, tokens):
        return self.embed(tokens)


class Guarded(nn.Module):
    def __init__(self, vocab=30, dim=16, padding_idx=None):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim, padding_idx=padding_idx)
        nn.init.normal_(self.embed.weight, std=0.1)
        if padding_idx is not None:
            with torch.no_grad():
                self.embed.weight[padding_idx].fill_(0)

    def forward(self, tokens):
        return self.embed(tokens)


class Untouched(nn.Module):
    """torch zeroes the row itself."""

    def __init__(self, vocab=30, dim=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim, padding_idx=0)

    def forward(self, tokens):
        return self.embed(tokens)


class NoPadding(nn.Module):
    def __init__(self, vocab=30, dim=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        nn.init.normal_(self.embed.weight, std=0.1)

    def forward(self, tokens):
        return self.embed(tokens)


class ZeroedUnlessNone(nn.Module):
    """Where the index is None no row is masked."""

    def __init__(self, vocab, dim, config):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim, config.pad_token_id)
        nn.init.normal_(self.embed.weight, std=0.02)
        if self.embed.padding_idx is not None:
            nn.init.zeros_(self.embed.weight[self.embed.padding_idx])

    def forward(self, tokens):
        return self.embed(tokens)


class OptionalPaddingConfig(PretrainedConfig):
    """What the base's constructor is handed are attributes, too."""

    def __init__(self, vocab_size=30, hidden_size=16, pad_token_id=None, **kwargs):
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        super().__init__(pad_token_id=pad_token_id, **kwargs)


class OptionalPadding(nn.Module):
    def __init__(self, config: OptionalPaddingConfig):
        super().__init__()
        self.embed = nn.Embedding(config.vocab_size, config.hidden_size, config.pad_token_id)
        nn.init.normal_(self.embed.weight, std=0.02)

    def forward(self, tokens):
        return self.embed(tokens)
