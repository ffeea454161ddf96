import copy

import torch
import torch.nn as nn


class DeepCopies(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        head = nn.Linear(32, 10)
        self.heads = nn.ModuleList(copy.deepcopy(head) for _ in range(4))  # warning: [layers-start-identical] "`heads.0.weight` and 3 others start with the same numbers, though"


class EncoderStack(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, bias=False)  # warning: [layers-start-identical] "in_proj_weight` and 2 others .*and 3 more tensors"
        self.encoder = nn.TransformerEncoder(layer, 3)


class SeededBlocks(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.members = nn.ModuleList()
        for _ in range(3):
            torch.manual_seed(42)
            self.members.append(nn.Linear(16, 16, bias=False))  # warning: [layers-start-identical] "share no memory"


class RepeatedRow(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.queries = nn.Parameter(torch.randn(1, 32).repeat(8, 1))  # warning: [layers-start-identical] "all rows of `queries` are equal"


class OuterProduct(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.outer(torch.randn(16), torch.randn(16)))  # warning: [layers-start-identical] "rank one"
