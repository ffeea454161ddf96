"""Classes that the idioms of random modules use."""

from __future__ import annotations

CLASSES = """
class Symmetric(nn.Module):
    def forward(self, x):
        return x.abs()


class Doubled(nn.Module):
    def forward(self, x):
        return x * 2

    def right_inverse(self, x):
        return x / 2


class Wrapped(nn.Module):
    def __init__(self, *args, **kwargs):
        super().__init__()
        self.inner = nn.Linear(*args, **kwargs)
        self.reset()

    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(self.inner, name)

    def reset(self):
        nn.init.constant_(self.weight, 0.5)


class Stack(nn.Sequential):
    def __init__(self, *layers):
        super().__init__(*layers, nn.Linear(8, 8))
        for layer in self:
            if isinstance(layer, nn.Linear):
                nn.init.normal_(layer.weight, std=0.3)


class Lazyish(nn.Module):
    count = 0

    @classmethod
    def make(cls, *sizes, std=1.0):
        made = cls()
        for place, size in enumerate(sizes):
            made.add_module(f"part{place}", nn.Linear(size, size))
            cls.fill(getattr(made, f"part{place}"), std)
        return made

    @staticmethod
    def fill(layer, std):
        layer.weight.data.normal_(std=std)


REGISTRY = {}


def register(name):
    def add(cls):
        REGISTRY[name] = cls
        return cls

    return add


@register("linear")
class RegisteredLinear(nn.Linear):
    def reset_parameters(self):
        super().reset_parameters()
        self.weight.data.mul_(3)


@register("conv")
class RegisteredConv(nn.Conv1d):
    def __init__(self, a, b):
        super().__init__(a, b, kernel_size=1, bias=False)
        nn.init.ones_(self.weight)


class Kind(str, enum.Enum):
    LINEAR = "a"
    CONV = "b"

    def layer(self, a, b):
        if self is Kind.LINEAR:
            return nn.Linear(a, b)
        return nn.Conv2d(a, b, 1)


class Sizes(NamedTuple):
    a: int
    b: int = 8


class Sized(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        a, b = sizes
        self.one = nn.Linear(a, b)
        self.two = nn.Linear(sizes.a, sizes.b, bias=False)
        self.two.weight = self.one.weight


class ScaledLinear(nn.Linear):
    def __init__(self, *args, scale, **kwargs):
        self.scale = scale
        super().__init__(*args, **kwargs)

    def reset_parameters(self):
        nn.init.uniform_(self.weight, -self.scale, self.scale)
        if self.bias is not None:
            nn.init.zeros_(self.bias)


class Outer:
    class Inner(nn.Module):
        width: int = 12

        def __init__(self, dim):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(dim, self.width) * self.std(dim))

        def std(self, dim):
            return (2 / dim) ** 0.5
"""
