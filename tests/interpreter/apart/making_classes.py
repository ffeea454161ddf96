# right: Keyword(), Own(), Wrapped(), Posted(), Deeper(), Set(), Finished(), Chosen("b"), Made(), Tagged(), Switched()
# right: Became(), Tabled(), Method(), Dynamic(), Abstract(), local()
import abc

import torch
from torch import nn


class Base(nn.Module):
    std = 0.02

    def __init_subclass__(cls, std=None, **rest):
        super().__init_subclass__(**rest)
        if std is not None:
            cls.std = std

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        nn.init.normal_(self.weight, std=self.std)


class Keyword(Base, std=0.5):
    pass


class Own(Base):
    std = 0.3


class Wrapping(nn.Module):
    def __init_subclass__(cls):
        before = cls.__init__

        def __init__(self, *args, **kwargs):
            before(self, *args, **kwargs)
            for parameter in self.parameters():
                nn.init.constant_(parameter, 0.5)

        cls.__init__ = __init__


class Wrapped(Wrapping):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(64, 64)


class Afterwards(type):
    def __call__(cls, *args, **kwargs):
        made = super().__call__(*args, **kwargs)
        made.post()
        return made


class Posted(nn.Module, metaclass=Afterwards):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(64, 64)

    def post(self):
        nn.init.constant_(self.linear.weight, 0.25)


class Deeper(Posted):
    def __init__(self, dim=32):
        super().__init__()
        self.second = nn.Linear(dim, dim)

    def post(self):
        super().post()
        nn.init.ones_(self.second.weight)


class Setting(type):
    def __new__(mcs, name, bases, members, **rest):
        members["std"] = 0.7
        return super().__new__(mcs, name, bases, members)


class Set(nn.Module, metaclass=Setting):
    std = 0.1

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        nn.init.normal_(self.weight, std=self.std)


class Finishing(type):
    def __init__(cls, name, bases, members):
        super().__init__(name, bases, members)
        cls.std = 0.6


class Finished(nn.Module, metaclass=Finishing):
    std = 0.1

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        nn.init.normal_(self.weight, std=self.std)


class Chosen(nn.Module):
    def __new__(cls, kind="a", *args, **kwargs):
        if cls is Chosen:
            cls = {"a": ChosenA, "b": ChosenB}[kind]
        return super().__new__(cls)

    def __init__(self, kind="a"):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        self.fill()


class ChosenA(Chosen):
    def fill(self):
        nn.init.normal_(self.weight, std=0.2)


class ChosenB(Chosen):
    def fill(self):
        nn.init.normal_(self.weight, std=0.4)


class Made(nn.Module):
    def __new__(cls, dim=64):
        made = nn.Linear(dim, dim)
        nn.init.zeros_(made.bias)
        return made


class Tagged(nn.Module):
    def __new__(cls, *args, **kwargs):
        made = super().__new__(cls)
        made.__dict__["std"] = 0.33
        return made

    def __init__(self):
        std = self.__dict__["std"]
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        nn.init.normal_(self.weight, std=std)


class Filler(nn.Linear):
    def fill(self):
        nn.init.constant_(self.weight, 3.0)


class Switched(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(64, 64)
        self.first.__class__ = Filler
        self.first.fill()
        self.second = nn.Linear(64, 64)
        for module in self.modules():
            if isinstance(module, Filler):
                nn.init.ones_(module.bias)


class Became(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        self.fill()
        self.__class__ = Other
        self.fill()

    def fill(self):
        nn.init.zeros_(self.weight)


class Other(Became):
    def fill(self):
        nn.init.normal_(self.weight, std=0.9)


class Table:
    entries = {}

    def __init_subclass__(cls, key=None, **rest):
        Table.entries[key or cls.__name__.lower()] = cls


class First(Table, nn.Module, key="one"):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.full((8, 8), 2.0))


class Second(Table, nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.full((8, 8), 3.0))


class Tabled(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Table.entries["one"]()
        self.second = Table.entries["second"]()


class Giving(nn.Module):
    def __init_subclass__(cls, **rest):
        super().__init_subclass__(**rest)
        cls.fill = cls.filler()

    @classmethod
    def filler(cls):
        def fill(self):
            nn.init.constant_(self.weight, 0.75)

        return fill

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(8, 8))
        self.fill()


class Method(Giving):
    def fill(self):
        nn.init.zeros_(self.weight)


ByHand = type("ByHand", (Base,), {"std": 0.11})


class Dynamic(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = ByHand()
        self.second = type("Inner", (Base,), dict(std=0.22))()


class Abstract(nn.Module, metaclass=abc.ABCMeta):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(8, 8))


def local():
    class Inner(Base, std=0.8):
        pass

    return Inner()
