# right: Padded()
import torch
from torch import nn


class Padded(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(8, 64, padding_idx=0)
        self.e2 = nn.Embedding(8, 64, padding_idx=0)
        nn.init.normal_(self.e2.weight, mean=1.0, std=0.02)
        self.e2.weight.data[0].zero_()
        self.e3 = nn.Embedding(4, 64, padding_idx=-1)
        nn.init.normal_(self.e3.weight, mean=1.0, std=0.02)
        with torch.no_grad():
            self.e3.weight[self.e3.padding_idx].fill_(0)
        self.e4 = nn.Embedding(4, 64, padding_idx=1)
        nn.init.constant_(self.e4.weight, 1.0)
        nn.init.zeros_(self.e4.weight[1])
        self.eb = nn.EmbeddingBag(4, 64, padding_idx=1)
        self.e5 = nn.Embedding(4, 64, padding_idx=1)
        nn.init.normal_(self.e5.weight, std=3.0)
        self.e5._fill_padding_idx_with_zero()
        self.e6 = nn.Embedding(4, 64, padding_idx=1)
        nn.init.normal_(self.e6.weight, std=3.0)
        self.e7 = nn.Embedding(4, 64)
        self.e7.reset_parameters()
        self.e8 = nn.Embedding(4, 64, padding_idx=2)
        self.e8.reset_parameters()
