"""One tensor, two scales."""

from torch import nn


class Decoder(nn.Module):
    def __init__(self, vocab, dim, encoder=None):
        super().__init__()
        self.decoder = nn.Linear(dim, vocab, bias=False)
        if encoder is not None:
            self.decoder.weight = encoder.weight

    def forward(self, x):
        return self.decoder(x)


def init_by_type(m):
    if isinstance(m, nn.Embedding):
        nn.init.normal_(m.weight, 0.0, 1.0)
    elif isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, 0.0, 0.02)


def language_model(vocab=200, dim=64):
    table = nn.Embedding(vocab, dim)
    model = nn.Sequential(table, nn.LayerNorm(dim), Decoder(vocab, dim, table))
    return model.apply(init_by_type)  # warning: [tied-weight-initialised-twice] "`0.weight`, `2.decoder.weight` are one tensor: `normal_` through `0` \(std 1\) is lost to `normal_` through `2.decoder` \(std 0.02\), std x0.02"


class OneAfterTheOther(nn.Module):
    def __init__(self, vocab=1000, dim=64):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocab, bias=False)
        self.head.weight = self.embed.weight
        self.init_weights()

    def init_weights(self):
        nn.init.normal_(self.embed.weight, std=0.02)
        nn.init.normal_(self.head.weight, std=0.005)  # warning: [tied-weight-initialised-twice] "through `embed` \(std 0.02\) is lost to `normal_` through `head` \(std 0.005\), std x0.25"

    def forward(self, ids):
        return self.head(self.norm(self.embed(ids)))


class Loop(nn.Module):
    """The loop visits the embedding last."""

    def __init__(self, vocab=1000, dim=64):
        super().__init__()
        self.head = nn.Linear(dim, vocab, bias=False)
        self.norm = nn.LayerNorm(dim)
        self.embed = nn.Embedding(vocab, dim)
        self.embed.weight = self.head.weight
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)
            elif isinstance(m, nn.Embedding):
                nn.init.normal_(m.weight, std=0.02)  # warning: [tied-weight-initialised-twice] "`xavier_uniform_` through `head` \(std 0.0434\) is lost to `normal_` through `embed`"

    def forward(self, ids):
        return self.head(self.norm(self.embed(ids)))


class NoSizes(nn.Module):
    def __init__(self, vocab, dim):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocab, bias=False)
        self.head.weight = self.embed.weight
        self.apply(self.init)  # note: [tied-weight-initialised-twice] "through `embed` \(std 0.02\) is lost to `xavier_normal_` through `head`"

    def init(self, m):
        if isinstance(m, nn.Embedding):
            nn.init.normal_(m.weight, std=0.02)
        elif isinstance(m, nn.Linear):
            nn.init.xavier_normal_(m.weight)

    def forward(self, ids):
        return self.head(self.norm(self.embed(ids)))


class TiedAfterwards(nn.Module):
    def __init__(self, vocab=1000, dim=64):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.head = nn.Linear(dim, vocab, bias=False)
        nn.init.normal_(self.head.weight, std=0.02)  # missed: [tied-weight-initialised-twice] this tensor is given up
        self.head.weight = self.embed.weight

    def forward(self, ids):
        return self.head(self.embed(ids))
