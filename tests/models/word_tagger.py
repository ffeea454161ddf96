"""Recurrent taggers of words."""

import torch.nn as nn


class WordTagger(nn.Module):
    """Embeddings, an LSTM, a label for each word."""

    def __init__(self, vocabulary=20000, width=128, labels=17):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width, padding_idx=0)
        self.rnn = nn.LSTM(width, width, batch_first=True)
        self.label = nn.Linear(width, labels)
        nn.init.uniform_(self.embed.weight, -0.1, 0.1)
        nn.init.orthogonal_(self.rnn.weight_hh_l0)

    def forward(self, words):
        states, _ = self.rnn(self.embed(words))
        return self.label(states)


class CharTagger(nn.Module):
    """A GRU over characters, left as torch makes it; the routine below was meant for it."""

    def __init__(self, characters=256, width=96, labels=17):
        super().__init__()
        self.embed = nn.Embedding(characters, width)
        self.rnn = nn.GRU(width, width, batch_first=True)
        self.label = nn.Linear(width, labels)

    def _reset_weights(self):
        for gate in self.rnn.weight_hh_l0.chunk(3, dim=0):
            nn.init.orthogonal_(gate)

    def forward(self, characters):
        states, _ = self.rnn(self.embed(characters))
        return self.label(states)
