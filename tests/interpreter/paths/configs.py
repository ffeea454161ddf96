"""Configurations: attributes that only the caller knows, defaults behind `or` and getattr, tables by name."""

import math
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Optional

import torch
import torch.nn as nn


@dataclass
class GptConfig:
    n_embd: int = 32
    n_layer: int = 3
    vocab_size: int = 50
    bias: bool = True
    init_std: float = 0.02


# build: SimpleNamespace(hidden_size=16, initializer_range=0.05)
# build: SimpleNamespace(hidden_size=32, initializer_range=0.5)
class FromConfig(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size)
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            module.weight.data.normal_(mean=0.0, std=self.config.initializer_range)
            if module.bias is not None:
                module.bias.data.zero_()
        elif isinstance(module, nn.LayerNorm):
            module.bias.data.zero_()
            module.weight.data.fill_(1.0)


# build: GptConfig()
class Annotated(nn.Module):
    def __init__(self, config: GptConfig):
        super().__init__()
        self.wte = nn.Embedding(config.vocab_size, config.n_embd)
        self.blocks = nn.ModuleList([nn.Linear(config.n_embd, config.n_embd, bias=config.bias) for _ in range(config.n_layer)])
        for name, p in self.named_parameters():
            if name.endswith("weight"):
                nn.init.normal_(p, mean=0.0, std=config.init_std / math.sqrt(2 * config.n_layer))


# build: SimpleNamespace(dim=16, qkv_bias=True)
# build: SimpleNamespace(dim=16, qkv_bias=False)
class ConfiguredBias(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.qkv = nn.Linear(cfg.dim, 3 * cfg.dim, bias=cfg.qkv_bias)
        nn.init.xavier_uniform_(self.qkv.weight, gain=1 / math.sqrt(2))
        if cfg.qkv_bias:
            nn.init.constant_(self.qkv.bias, 0.0)


# build: SimpleNamespace(dim=16)
# build: SimpleNamespace(dim=16, init_std=0.4)
class GetattrDefault(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.fc = nn.Linear(cfg.dim, cfg.dim)
        std = getattr(cfg, "init_std", 0.02)
        nn.init.normal_(self.fc.weight, std=std)


# build: {"dim": 16}
# build: {"dim": 16, "std": 0.4}
class Dictionary(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.fc = nn.Linear(cfg["dim"], cfg["dim"])
        nn.init.normal_(self.fc.weight, std=cfg.get("std", 0.02))


# build: 16
# build: 24
class OrDefault(nn.Module):
    def __init__(self, in_features, hidden_features=None, out_features=None):
        super().__init__()
        out_features = out_features or in_features
        hidden_features = hidden_features or 4 * in_features
        self.fc1 = nn.Linear(in_features, hidden_features)
        self.fc2 = nn.Linear(hidden_features, out_features)
        nn.init.normal_(self.fc1.bias, std=1e-6)
        nn.init.normal_(self.fc2.weight, std=hidden_features**-0.5)


INITIALIZERS = {
    "normal": lambda w: nn.init.normal_(w, std=0.02),
    "xavier": nn.init.xavier_uniform_,
    "zero": nn.init.zeros_,
}


# build: 16, "normal"
# build: 16, "xavier"
# build: 16, "zero"
class Dispatch(nn.Module):
    def __init__(self, dim, init):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        INITIALIZERS[init](self.fc.weight)


NORMS = {"batch": nn.BatchNorm1d, "layer": nn.LayerNorm}


# build: 16, "batch"
# build: 16, "layer"
class NormTable(nn.Module):
    def __init__(self, dim, norm):
        super().__init__()
        self.norm = NORMS[norm](dim)
        self.fc = nn.Linear(dim, dim)
        nn.init.constant_(self.norm.weight, 0.1)


# build: SimpleNamespace(hidden=16, mup=True, width_mult=4.0)
# build: SimpleNamespace(hidden=16, mup=False, width_mult=4.0)
class Mup(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc = nn.Linear(config.hidden, config.hidden, bias=False)
        std = 0.1
        if config.mup:
            std = std / math.sqrt(config.width_mult)
        nn.init.normal_(self.fc.weight, std=std)


# build: SimpleNamespace(d_model=16, init_method="small", n_layers=4)
# build: SimpleNamespace(d_model=16, init_method="wang", n_layers=4)
class InitMethod(nn.Module):
    """The two schemes of GPT-NeoX."""

    def __init__(self, args):
        super().__init__()
        self.fc = nn.Linear(args.d_model, args.d_model)
        if args.init_method == "small":
            std = math.sqrt(2 / (5 * args.d_model))
        elif args.init_method == "wang":
            std = 2 / args.n_layers / math.sqrt(args.d_model)
        else:
            raise ValueError(args.init_method)
        nn.init.normal_(self.fc.weight, mean=0.0, std=std)


@dataclass
class VitConfig:
    dim: int
    patch: int
    pool: str = "cls"
    pos_std: float = 0.02
    extra: dict = field(default_factory=dict)


# build: VitConfig(16, 4)
# build: VitConfig(32, 2)
class RequiredFields(nn.Module):
    def __init__(self, cfg: VitConfig):
        super().__init__()
        self.patch = nn.Conv2d(3, cfg.dim, cfg.patch, stride=cfg.patch)
        self.cls = nn.Parameter(torch.zeros(1, 1, cfg.dim))
        fan_in = 3 * cfg.patch * cfg.patch
        nn.init.trunc_normal_(self.patch.weight, std=math.sqrt(1 / fan_in))
        nn.init.normal_(self.cls, std=1e-6)
