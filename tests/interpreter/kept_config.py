"""A constructor whose decorator keeps its arguments as ``self.config``."""

import functools
import inspect
from types import SimpleNamespace

from torch import nn


def register_to_config(init):
    """As ``diffusers`` has it."""

    @functools.wraps(init)
    def inner(self, *args, **kwargs):
        names = [name for name in inspect.signature(init).parameters if name != "self"]
        defaults = {name: value.default for name, value in inspect.signature(init).parameters.items()}
        given = {name: defaults[name] for name in names} | dict(zip(names, args, strict=False)) | kwargs
        nn.Module.__init__(self)
        self.__dict__["config"] = SimpleNamespace(**given)
        init(self, *args, **kwargs)

    return inner


class Kept(nn.Module):  # root(8, depth=3)
    @register_to_config
    def __init__(self, width, depth=2, bias=False):
        self.layers = nn.ModuleList()
        for _ in range(self.config.depth):
            self.layers.append(nn.Linear(self.config.width, 2, self.config.bias))  # reveal: layers.0.weight [2, 8] = kaiming_uniform_ 0.204; layers.1.weight [2, 8] = kaiming_uniform_ 0.204; layers.2.weight [2, 8] = kaiming_uniform_ 0.204
