import torch.nn as nn


class UnitHead(nn.Module):  # probe: 64,256
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(256)
        self.head = nn.Linear(256, 100)
        nn.init.normal_(self.head.weight)  # error: [loss-at-init] "the first loss is \d\d.*guessing among 100 classes costs 4.61"

    def forward(self, x):
        return self.head(self.norm(x))


class TiedTable(nn.Module):  # probe: 4,8:int64:0..200
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(200, 128)  # error: [loss-at-init] "guessing among 200 classes"
        self.norm = nn.LayerNorm(128)
        self.out = nn.Linear(128, 200, bias=False)
        self.out.weight = self.tokens.weight

    def forward(self, words):
        return self.out(self.norm(self.tokens(words)))


class LargeGain(nn.Module):  # probe: 64,64
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(64)
        self.classifier = nn.Linear(64, 10)
        nn.init.orthogonal_(self.classifier.weight, gain=10.0)  # warning: [loss-at-init] "std of \d+"

    def forward(self, x):
        return self.classifier(self.norm(x))


class NamedLogits(nn.Module):  # probe: 32,64
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(64)
        self.output = nn.Linear(64, 50)
        nn.init.normal_(self.output.weight, std=2.0)  # error: [loss-at-init] "50 classes"

    def forward(self, x):
        return {"logits": self.output(self.norm(x))}
