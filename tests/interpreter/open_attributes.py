"""Settings put into an object by names that stand in no text: what is not found there may be one of them."""

from argparse import Namespace
from types import SimpleNamespace

import torch.nn as nn


class EachSetting(nn.Module):  # root
    def __init__(self, args):
        super().__init__()
        for name, value in vars(args).items():
            setattr(self, name, value)
        self.a = nn.Linear(3, self.width)  # reveal: a.weight [self.width, 3] = kaiming_uniform_ 0.333
        self.b = nn.Linear(2, 2) if hasattr(self, "more") else None  # reveal: b.weight [2, 2] = kaiming_uniform_ 0.408 when hasattr(module, 'more'); b.bias [2] = uniform_ 0.408 when hasattr(module, 'more')
        nn.init.zeros_(self.a.bias)  # reveal: a.bias [self.width] = zeros_ 0


class NamesAlone(nn.Module):  # root
    def __init__(self, args):
        super().__init__()
        for name in args.__dict__:
            setattr(self, name, getattr(args, name))
        self.a = nn.Linear(4, self.width, bias=False)  # reveal: a.weight [self.width, 4] = kaiming_uniform_ 0.289


class AllAtOnce(nn.Module):  # root
    def __init__(self, config):
        super().__init__()
        self.__dict__.update(config)
        self.a = nn.Linear(4, self.width, bias=False)  # reveal: a.weight [self.width, 4] = kaiming_uniform_ 0.289


class Settings:
    def __init__(self, given):
        vars(self).update(given)


class Kept(nn.Module):  # root
    def __init__(self, given):
        super().__init__()
        self.settings = Settings(given)
        self.a = nn.Linear(4, self.settings.width, bias=False)  # reveal: a.weight [Settings.width, 4] = kaiming_uniform_ 0.289


class Written(nn.Module):  # root
    def __init__(self):
        super().__init__()
        for name, value in vars(SimpleNamespace(width=2, height=4)).items():
            setattr(self, name, value)
        self.a = nn.Linear(self.height, self.width, bias=False)  # reveal: a.weight [2, 4] = kaiming_uniform_ 0.289


class Parsed(nn.Module):  # root
    def __init__(self, args=Namespace(width=2, height=4)):
        super().__init__()
        self.a = nn.Linear(args.height, args.width, bias=False)  # reveal: a.weight [2, 4] = kaiming_uniform_ 0.289
