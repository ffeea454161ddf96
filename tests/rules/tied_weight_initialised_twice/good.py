"""One scale, or one name."""

from torch import nn


class Decoder(nn.Module):
    def __init__(self, vocab, dim, encoder=None):
        super().__init__()
        self.decoder = nn.Linear(dim, vocab, bias=False)
        if encoder is not None:
            self.decoder.weight = encoder.weight

    def forward(self, x):
        return self.decoder(x)


def init_alike(m):
    if isinstance(m, (nn.Embedding, nn.Linear)):
        nn.init.normal_(m.weight, 0.0, 0.02)


def language_model(vocab=200, dim=64):
    table = nn.Embedding(vocab, dim)
    model = nn.Sequential(table, nn.LayerNorm(dim), Decoder(vocab, dim, table))
    return model.apply(init_alike)


class TwoBranches(nn.Module):
    """Two branches, one scale."""

    def __init__(self, vocab=1000, dim=64):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim, padding_idx=0)
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocab, bias=False)
        self.head.weight = self.embed.weight
        self.apply(self.init)
        nn.init.zeros_(self.embed.weight[0])

    def init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, std=0.02)
        elif isinstance(m, nn.Embedding):
            nn.init.normal_(m.weight, std=0.02)

    def forward(self, ids):
        return self.head(self.norm(self.embed(ids)))


class Untied(nn.Module):
    """Two tensors, two scales."""

    def __init__(self, vocab=1000, dim=64):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocab, bias=False)
        nn.init.normal_(self.embed.weight, std=1.0)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, ids):
        return self.head(self.norm(self.embed(ids)))


class LaterWins(nn.Module):
    """A general walk first, then what is meant for this one tensor, under one name."""

    def __init__(self, vocab=1000, dim=64):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocab, bias=False)
        self.head.weight = self.embed.weight
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)
        nn.init.normal_(self.embed.weight, std=dim**-0.5)

    def forward(self, ids):
        return self.head(self.norm(self.embed(ids)))


class Rescaled(nn.Module):
    """Both lines go through the embedding."""

    def __init__(self, vocab=1000, dim=64):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocab, bias=False)
        self.head.weight = self.embed.weight
        nn.init.normal_(self.embed.weight)
        self.embed.weight.data.mul_(dim**-0.5)

    def forward(self, ids):
        return self.head(self.norm(self.embed(ids)))


class OneBranch(nn.Module):
    """The head has no branch of its own."""

    def __init__(self, vocab=1000, dim=64):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocab, bias=False)
        self.head.weight = self.embed.weight
        for m in self.modules():
            if isinstance(m, nn.Embedding):
                nn.init.normal_(m.weight, std=0.02)

    def forward(self, ids):
        return self.head(self.norm(self.embed(ids)))
