# right: Fields(), AsDict(), Table(), Members(), LookedUp(), Numbered(), Filled(), Absent()
import dataclasses
import enum

import torch
from torch import nn
from dataclasses import dataclass, field, fields, asdict, replace
from enum import Enum, IntEnum


@dataclass
class C:
    a: int = 16
    b: int = 32
    c: float = 0.3
    _x: int = 4
    lst: list = field(default_factory=lambda: [4, 8])


@dataclass
class D(C):
    d: int = 64


class Fields(nn.Module):
    def __init__(self, cfg=None):
        super().__init__()
        cfg = cfg or D()
        self.m = nn.ModuleDict()
        for f in fields(cfg):
            v = getattr(cfg, f.name)
            if f.type in ("int", int) and not f.name.startswith("_"):
                self.m[f.name] = nn.Linear(v, v)


class AsDict(nn.Module):
    def __init__(self):
        super().__init__()
        cfg = C()
        for n, v in asdict(cfg).items():
            if isinstance(v, int):
                setattr(self, "l" + n, nn.Linear(v, 4))


class Table(nn.Module):
    def __init__(self):
        super().__init__()
        c = replace(C(), a=8)
        for n in C.__dataclass_fields__:
            if n == "lst":
                self.seq = nn.Sequential(*[nn.Linear(k, k) for k in getattr(c, n)])
        self.a = nn.Linear(c.a, c.a)
        for n, f in D.__dataclass_fields__.items():
            if f.default is not dataclasses.MISSING and isinstance(f.default, int):
                setattr(self, "x" + n, nn.Linear(f.default, 2))
        for k, v in vars(c).items():
            if k == "b":
                self.q = nn.Linear(v, v)
        for k, v in c.__dict__.items():
            if k == "b":
                self.q2 = nn.Linear(v, v)
        if dataclasses.is_dataclass(c):
            self.q3 = nn.Linear(3, 3)


class E(Enum):
    A = "a"
    B = "b"
    C = "c"


class SE(str, Enum):
    RELU = "relu"
    GELU = "gelu"


class IE(IntEnum):
    S = 8
    L = 16


class Members(nn.Module):
    def __init__(self, act="relu", kind=E.A):
        super().__init__()
        self.d = nn.ModuleDict({e.value: nn.Linear(8, 8) for e in E})
        for e in E:
            if e is kind:
                nn.init.zeros_(self.d[e.value].weight)
            if e == E.B:
                nn.init.ones_(self.d[e.value].weight)
        for n, m in E.__members__.items():
            setattr(self, n, nn.Linear(4, 4, bias=m.value == "a"))
        self.n = nn.Linear(len(E), len(E))
        if SE(act) == SE.RELU:
            self.r = nn.Linear(2, 2)
        if SE(act) == "relu":
            self.r2 = nn.Linear(2, 2)
        if act == SE.RELU:
            self.r3 = nn.Linear(2, 2)
        if SE.RELU in ("relu", "x"):
            self.r4 = nn.Linear(2, 2)
        if act in [s.value for s in SE]:
            self.r5 = nn.Linear(2, 2)
        if act in set(SE):
            self.r8 = nn.Linear(2, 2)
        if E["A"] == kind:
            self.r6 = nn.Linear(2, 2)
        if isinstance(kind, E):
            self.r7 = nn.Linear(2, 2)
        self.i = nn.Linear(IE.S, IE.L)
        self.i2 = nn.Linear(IE.S * 2, IE(16))
        for i in IE:
            setattr(self, f"ie{i.value}", nn.Linear(i, i))
        if kind.name == "A":
            self.r9 = nn.Linear(2, 2)
        table = {E.A: 3, E.B: 5}
        self.t = nn.Linear(table[kind], table[E("b")])
        for k in list(E)[1:]:
            setattr(self, "k" + k.name.lower(), nn.Linear(2, 2))


def look_up_option(opt_str, supported, default="no_default"):
    if not isinstance(supported, (list, tuple, dict, set)) and not (
        isinstance(supported, type) and issubclass(supported, Enum)
    ):
        raise ValueError("x")
    if isinstance(opt_str, str):
        opt_str = opt_str.strip()
    if isinstance(supported, type) and issubclass(supported, Enum):
        if isinstance(opt_str, str) and opt_str in {item.value for item in supported}:
            return supported(opt_str)
        if isinstance(opt_str, Enum) and opt_str in supported:
            return opt_str
    elif isinstance(supported, dict):
        if opt_str in supported:
            return supported[opt_str]
    raise ValueError("unsupported")


class StrEnum(str, Enum):
    def __str__(self):
        return self.value

    def __repr__(self):
        return self.value


class UpMode(StrEnum):
    DECONV = "deconv"
    NON = "nontrainable"


class LookedUp(nn.Module):
    def __init__(self, mode=UpMode.DECONV, m2="nontrainable"):
        super().__init__()
        up = look_up_option(mode, UpMode)
        if up == UpMode.DECONV:
            self.dc = nn.ConvTranspose2d(4, 4, 2)
        up2 = look_up_option(m2, UpMode)
        if up2 == UpMode.NON:
            self.nt = nn.Linear(4, 4)
        if f"{up}" == "deconv":
            self.s = nn.Linear(4, 4)
        if up2 == "deconv":
            self.wrong = nn.Linear(4, 4)


class Auto(Enum):
    X = enum.auto()
    Y = enum.auto()

    @property
    def width(self):
        return 4 * self.value


class Numbered(nn.Module):
    def __init__(self, k=Auto.Y):
        super().__init__()
        self.l = nn.Linear(k.width, k.value)
        self.m = nn.Linear(Auto(1).width, Auto.X.value)
        if 2 in [a.value for a in Auto]:
            self.z = nn.Linear(2, 2)


class Pl(Enum):
    EARTH = (8, 16)
    MARS = (4, 4)

    def __init__(self, i, o):
        self.i = i
        self.o = o

    @classmethod
    def default(cls):
        return cls.EARTH


class Filled(nn.Module):
    def __init__(self):
        super().__init__()
        p = Pl.default()
        self.l = nn.Linear(p.i, p.o)


class Absent(nn.Module):
    def __init__(self, act="nope"):
        super().__init__()
        try:
            a = SE(act)
        except ValueError:
            a = SE.GELU
        if a is SE.GELU:
            self.l = nn.Linear(4, 4)
