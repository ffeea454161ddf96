"""Constructors that have to be given something."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn


@dataclass
class TransformerConfig:
    hidden_size: int
    num_heads: int
    vocab_size: int
    dropout: float
    bias: bool
    tie: bool = True


class FromConfig(nn.Module):
    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.attention = nn.MultiheadAttention(config.hidden_size, config.num_heads, config.dropout, config.bias)


class Unannotated(nn.Module):
    def __init__(self, config, dim, num_heads, kernel_size=5):  # type: ignore[no-untyped-def]
        super().__init__()
        assert dim % num_heads == 0 and config.hidden_size == dim
        self.mix = nn.Conv1d(dim, dim, kernel_size)


class Unclear(nn.Module):
    def __init__(self, dim: int, activation: str) -> None:
        super().__init__()
        self.fc = nn.Linear(dim, dim)
