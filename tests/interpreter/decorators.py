"""Decorators of the user's own: registries, wrappers, defaults, and what they do to classes."""

import functools
import time
from functools import wraps

from torch import nn

BUILDERS = {}
LAYERS = {}
STAGES = []
TIMES = []


class Registry(dict):
    def register(self, name=None):
        def wrap(made):
            self[name or made.__name__] = made
            return made

        return wrap


BLOCKS = Registry()


def reg(function):
    BUILDERS[function.__name__] = function
    return function


def named(name=None):
    def wrap(made):
        LAYERS[name or made.__name__] = made
        return made

    return wrap


@reg
def small():
    return nn.Linear(  # reveal: by_name: bias [5] = uniform_ 0.289; by_name: weight [5, 4] = kaiming_uniform_ 0.289
        4, 5
    )


def stage(function):
    STAGES.append(function)
    return function


@stage
def first():
    return nn.Linear(4, 6, bias=False)  # reveal: in_order: 0.weight [6, 4] = kaiming_uniform_ 0.289


@stage
def second():
    return nn.Linear(6, 2, bias=False)  # reveal: in_order: 1.weight [2, 6] = kaiming_uniform_ 0.236


def in_order():  # root
    return nn.Sequential(*[make() for make in STAGES])


@named("wide")
class Wide(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 9, bias=False)  # reveal: by_given_name: fc.weight [9, 4] = kaiming_uniform_ 0.289


@named()
class Narrow(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2, bias=False)  # reveal: by_class_name: fc.weight [2, 4] = kaiming_uniform_ 0.289


@BLOCKS.register()
class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, 3, bias=False)  # reveal: from_registry: fc.weight [3, 6] = kaiming_uniform_ 0.236


def by_name():  # root
    return BUILDERS["small"]()


def by_given_name():  # root
    return LAYERS["wide"]()


def by_class_name():  # root
    return LAYERS["Narrow"]()


def from_registry():  # root
    return BLOCKS["Block"](6)


def with_head(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        made = function(*args, **kwargs)
        return nn.Sequential(
            made, nn.Linear(8, 2, bias=False)  # reveal: headed: 1.weight [2, 8] = kaiming_uniform_ 0.204
        )

    return wrapper


def with_defaults(**given):
    def wrap(function):
        def call(*args, **kwargs):
            return function(*args, **{**given, **kwargs})

        return call

    return wrap


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        start = time.time()
        made = function(*args, **kwargs)
        TIMES.append(time.time() - start)
        return made

    return wrapper


def once(function):
    done = []

    def wrapper(layer, std):
        if not done:
            done.append(1)
            function(layer, std)

    return wrapper


@with_head
def headed(width=3):  # root
    return nn.Linear(width, 8, bias=False)  # reveal: 0.weight [8, 3] = kaiming_uniform_ 0.333


@with_defaults(o=7)
def net(i=3, o=4):  # root
    return nn.Linear(i, o, bias=False)  # reveal: weight [7, 3] = kaiming_uniform_ 0.333


@timed
def slow(width):  # root(5)
    return nn.Linear(width, 2, bias=False)  # reveal: weight [2, 5] = kaiming_uniform_ 0.258


def set_up_twice():  # root
    @once
    def setup(layer, std):
        nn.init.normal_(layer.weight, std=std)  # reveal: weight [30, 40] = normal_ 0.5

    layer = nn.Linear(40, 30, bias=False)
    setup(layer, 0.5)
    setup(layer, 0.1)
    return layer


def after(function):
    @wraps(function)
    def wrapper(self, *args, **kwargs):
        function(self, *args, **kwargs)
        nn.init.normal_(self.fc.weight, std=0.02)  # reveal: After: fc.weight [40, 30] = normal_ 0.02

    return wrapper


def off(function):
    return lambda self: None


def width_of(cls):
    cls.width = 16
    return cls


def zeroed(cls):
    first = cls.__init__

    def start(self, *args, **kwargs):
        first(self, *args, **kwargs)
        nn.init.zeros_(  # reveal: Zeroed: fc.weight [40, 30] = zeros_ 0; zeroed_twice: 0.fc.weight [40, 30] = zeros_ 0; zeroed_twice: 1.fc.weight [40, 20] = zeros_ 0
            self.fc.weight
        )

    cls.__init__ = start
    return cls


class After(nn.Module):  # root
    @after
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(30, 40, bias=False)


class Off(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(30, 40, bias=False)  # reveal: fc.weight [40, 30] = kaiming_uniform_ 0.105
        self.init()

    @off
    def init(self):
        nn.init.ones_(self.fc.weight)


@width_of
class Sized(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(self.width, 4, bias=False)  # reveal: fc.weight [4, 16] = kaiming_uniform_ 0.144


def derived(cls):
    class Derived(cls):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            nn.init.ones_(self.fc.weight)  # reveal: Ones: fc.weight [40, 30] = ones_ 1±0

    return Derived


class Filled:
    def __init__(self, function):
        self.function = function

    def __call__(self, *args):
        made = self.function(*args)
        nn.init.constant_(made.weight, 0.5)  # reveal: from_filled: 0.weight [3, 5] = constant_ 0.5±0
        return made


@Filled
def filled(width):
    return nn.Linear(width, 3, bias=False)


def from_filled():  # root
    return nn.Sequential(filled(5))


@derived
class Ones(nn.Module):  # root
    def __init__(self, width=30):
        super().__init__()
        self.fc = nn.Linear(width, 40, bias=False)


@zeroed
class Zeroed(nn.Module):  # root
    def __init__(self, width=30):
        super().__init__()
        self.fc = nn.Linear(width, 40, bias=False)


def zeroed_twice():  # root
    return nn.ModuleList([Zeroed(), Zeroed(20)])
