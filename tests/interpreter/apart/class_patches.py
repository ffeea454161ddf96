# right: Plain(), Holder(), Child(), Super(), Looped(), Decorated(), Valued(), Called(), Deleted()
import torch
from torch import nn


class Plain(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(dim, dim))
        self.reset()

    def reset(self):
        nn.init.normal_(self.weight, std=0.02)


class Holder(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Plain(64)


class Child(Plain):
    pass


class Super(Plain):
    def reset(self):
        super().reset()
        with torch.no_grad():
            self.weight.mul_(2)


def wide(self):
    nn.init.normal_(self.weight, std=0.3)


Plain.reset = wide


class Looped(Plain):
    pass


class Decorated(Plain):
    pass


for name in ("reset",):
    setattr(Looped, name, lambda self: nn.init.normal_(self.weight, std=0.1))


def shifted(*classes):
    for cls in classes:
        before = cls.reset

        def reset(self, before=before):
            before(self)
            with torch.no_grad():
                self.weight.add_(1)

        cls.reset = reset


shifted(Decorated)


class Valued(nn.Module):
    std = 0.02

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        nn.init.normal_(self.weight, std=self.std)


if Valued.std < 0.1:
    Valued.std = 0.4


class Called(Plain):
    pass


def longer(cls):
    before = cls.__init__

    def __init__(self, *args, **kwargs):
        before(self, *args, **kwargs)
        with torch.no_grad():
            self.weight.mul_(5)

    cls.__init__ = __init__
    return cls


longer(Called)


class Deleted(Plain):
    def reset(self):
        nn.init.ones_(self.weight)


del Deleted.reset
