"""Equal modules built again and again: what may be a copy of the first, and what must be built each time."""

import torch.nn as nn

SCALES = [0.1, 0.2, 0.3, 0.4]
MADE = []
COUNT = 0


class Config:
    def __init__(self, width=16, std=0.02):
        self.width = width
        self.std = std
        self.depth = 0


class Inner(nn.Module):
    def __init__(self, config, names):
        super().__init__()
        self.config = config
        self.names = names
        self.fc = nn.Linear(config.width, config.width, bias=False)
        nn.init.normal_(self.fc.weight, std=config.std)  # reveal: Plain: last.fc.weight [16, 16] = normal_ 1; Plain: layers.0.fc.weight [16, 16] = normal_ 0.02; Plain: layers.1.fc.weight [16, 16] = normal_ 0.02; Plain: layers.3.fc.weight [16, 16] = normal_ 0.02


class Plain(nn.Module):  # root
    """Copies, each with memory of its own and the same configuration."""

    def __init__(self):
        super().__init__()
        self.config = Config()
        self.layers = nn.ModuleList([Inner(self.config, ["a"]) for _ in range(5)])
        self.layers[3].config.std = 1.0
        self.layers[2].names.append("b")
        for layer in self.layers:
            if len(layer.names) == 2:
                nn.init.zeros_(layer.fc.weight)  # reveal: layers.2.fc.weight [16, 16] = zeros_ 0
        self.last = Inner(self.config, ["a"])
        nn.init.constant_(self.layers[4].fc.weight, 0.5)  # reveal: layers.4.fc.weight [16, 16] = constant_ 0.5±0


class Counting(nn.Module):
    number = 0

    def __init__(self):
        super().__init__()
        self.weight = nn.Linear(16, 16, bias=False)
        Counting.number += 1
        nn.init.constant_(self.weight.weight, Counting.number)  # reveal: Counted: layers.0.weight.weight [16, 16] = constant_ 1±0; Counted: layers.1.weight.weight [16, 16] = constant_ 2±0; Counted: layers.2.weight.weight [16, 16] = constant_ 3±0; Counted: layers.3.weight.weight [16, 16] = constant_ 4±0


class Counted(nn.Module):  # root
    """The class counts its instances."""

    def __init__(self):
        super().__init__()
        Counting.number = 0
        self.layers = nn.Sequential(*[Counting() for _ in range(4)])


class Numbered(nn.Module):
    def __init__(self):
        super().__init__()
        global COUNT
        COUNT += 1
        self.fc = nn.Linear(16, 16, bias=False)
        nn.init.constant_(self.fc.weight, COUNT)  # reveal: ByGlobal: layers.0.fc.weight [16, 16] = constant_ 11±0; ByGlobal: layers.1.fc.weight [16, 16] = constant_ 12±0; ByGlobal: layers.2.fc.weight [16, 16] = constant_ 13±0; ByGlobal: layers.3.fc.weight [16, 16] = constant_ 14±0


class ByGlobal(nn.Module):  # root
    """The constructor counts in a global."""

    def __init__(self):
        super().__init__()
        global COUNT
        COUNT = 10
        self.layers = nn.ModuleList(Numbered() for _ in range(4))


class Deepening(nn.Module):
    def __init__(self, config):
        super().__init__()
        config.depth += 1
        self.fc = nn.Linear(config.width, config.width, bias=False)
        nn.init.normal_(self.fc.weight, std=config.std / config.depth)  # reveal: ByConfig: layers.0.fc.weight [16, 16] = normal_ 1; ByConfig: layers.1.fc.weight [16, 16] = normal_ 0.5; ByConfig: layers.2.fc.weight [16, 16] = normal_ 0.333; ByConfig: layers.3.fc.weight [16, 16] = normal_ 0.25


class ByConfig(nn.Module):  # root
    """The constructor changes the configuration that all share."""

    def __init__(self):
        super().__init__()
        config = Config(std=1.0)
        self.layers = nn.ModuleList([Deepening(config) for _ in range(4)])


class Drawing(nn.Module):
    def __init__(self, scales):
        super().__init__()
        self.fc = nn.Linear(16, 16, bias=False)
        nn.init.normal_(self.fc.weight, std=scales.pop())  # reveal: ByArgument: layers.0.fc.weight [16, 16] = normal_ 0.4; ByArgument: layers.1.fc.weight [16, 16] = normal_ 0.3; ByArgument: layers.2.fc.weight [16, 16] = normal_ 0.2; ByArgument: layers.3.fc.weight [16, 16] = normal_ 0.1


class ByArgument(nn.Module):  # root
    """The constructor takes from a list that is handed in."""

    def __init__(self):
        super().__init__()
        scales = list(SCALES)
        self.layers = nn.ModuleList([Drawing(scales) for _ in range(4)])


class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16, bias=False)
        MADE.append(self)


class InList(nn.Module):  # root
    """The constructor keeps itself in a global list, which the initialisation goes through."""

    def __init__(self):
        super().__init__()
        MADE.clear()
        self.layers = nn.ModuleList([Listed() for _ in range(5)])
        for layer in MADE:
            nn.init.zeros_(layer.fc.weight)  # reveal: layers.0.fc.weight [16, 16] = zeros_ 0; layers.1.fc.weight [16, 16] = zeros_ 0; layers.2.fc.weight [16, 16] = zeros_ 0; layers.3.fc.weight [16, 16] = zeros_ 0; layers.4.fc.weight [16, 16] = zeros_ 0


class Scaled(nn.Module):
    table = {"std": 0.1}

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16, bias=False)
        nn.init.normal_(self.fc.weight, std=self.table["std"])  # reveal: ByTable: layers.0.fc.weight [16, 16] = normal_ 0.1; ByTable: layers.1.fc.weight [16, 16] = normal_ 0.1; ByTable: layers.2.fc.weight [16, 16] = normal_ 0.1; ByTable: layers.3.fc.weight [16, 16] = normal_ 0.7; ByTable: layers.4.fc.weight [16, 16] = normal_ 0.7


class ByTable(nn.Module):  # root
    """A table of the class is changed between two of the constructions."""

    def __init__(self):
        super().__init__()
        Scaled.table["std"] = 0.1
        layers = []
        for index in range(5):
            if index == 3:
                Scaled.table["std"] = 0.7
            layers.append(Scaled())
        self.layers = nn.ModuleList(layers)


class Shares(nn.Module):
    def __init__(self, table):
        super().__init__()
        self.own = nn.Linear(16, 16, bias=False)
        self.own.weight = table.weight


class Shared(nn.Module):  # root
    """A module that is handed in is shared."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(16, 16)  # reveal: table.weight [16, 16] = normal_ 1
        self.layers = nn.ModuleList([Shares(self.table) for _ in range(4)])


class Tied(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.left = nn.Linear(width, width, bias=False)  # reveal: TiedInside: layers.0.left.weight [16, 16] = kaiming_uniform_ 0.144; TiedInside: layers.1.left.weight [16, 16] = kaiming_uniform_ 0.144; TiedInside: layers.2.left.weight [16, 16] = kaiming_uniform_ 0.144
        self.right = nn.Linear(width, width, bias=False)
        self.right.weight = self.left.weight


class TiedInside(nn.Module):  # root
    """Tied within each, not between them."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([Tied(16) for _ in range(4)])
        nn.init.ones_(self.layers[3].right.weight)  # reveal: layers.3.left.weight [16, 16] = ones_ 1±0


class Hooked(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16, bias=False)
        self.reset = self.refill

    def refill(self, std):
        nn.init.normal_(self.fc.weight, std=std)  # reveal: ByMethod: layers.0.fc.weight [16, 16] = normal_ 0.1; ByMethod: layers.1.fc.weight [16, 16] = normal_ 0.2; ByMethod: layers.2.fc.weight [16, 16] = normal_ 0.3; ByMethod: layers.3.fc.weight [16, 16] = normal_ 0.4


class ByMethod(nn.Module):  # root
    """A method that is kept as an attribute belongs to its own module."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([Hooked() for _ in range(4)])
        for index, layer in enumerate(self.layers):
            layer.reset(0.1 * (index + 1))
