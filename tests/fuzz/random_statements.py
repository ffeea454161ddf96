"""Random statements of a constructor: layers, parameters, and what is written to them.

Every statement is valid where it stands; what it reads has been made before on every path that leads there.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from random_fills import CHANGES, FILLS, MATRIX_FILLS
from random_idioms import IDIOMS

Lines = list[str]


@dataclass
class Made:
    """What the statements so far have made: (expression, type, sizes as text) of layers, expressions of tensors."""

    layers: list[tuple[str, str, str]] = field(default_factory=list)
    tensors: list[tuple[str, str]] = field(default_factory=list)
    containers: list[str] = field(default_factory=list)

    def state(self) -> tuple[int, int, int]:
        """How much there is."""
        return len(self.layers), len(self.tensors), len(self.containers)

    def back_to(self, state: tuple[int, int, int]) -> None:
        """Forget what was made on one path only."""
        del self.layers[state[0] :], self.tensors[state[1] :], self.containers[state[2] :]


class Statements:
    """Draws statements of one constructor."""

    def __init__(self, draw: random.Random, sizes: tuple[str, ...], numbers: tuple[str, ...], tests: tuple[str, ...]):
        self.draw = draw
        self.sizes = sizes
        self.numbers = numbers
        self.tests = tests
        self.made = Made()
        self.count = 0
        self.blocks: list[str] = []
        self.routines: list[str] = []
        self.fillers: list[str] = []

    def name(self, prefix: str) -> str:
        """A fresh name."""
        self.count += 1
        return f"{prefix}{self.count}"

    def size(self) -> str:
        return self.draw.choice(self.sizes)

    def scale(self) -> str:
        return self.draw.choice(("0.02", "0.5", "1.5", *self.numbers))

    def constant(self) -> str:
        return self.draw.choice(("0.5", "1.0", "-2.0", "3.0", "1e-3"))

    def test(self) -> str:
        return self.draw.choice(self.tests)

    def layer(self) -> tuple[str, str, str]:
        """(expression, type, sizes) of a new layer."""
        a, b = self.size(), self.size()
        kind = self.draw.choice(
            ("Linear", "Linear", "Linear", "Conv2d", "Conv1d", "Embedding", "LayerNorm", "GroupNorm")
        )
        match kind:
            case "Linear":
                rest = self.draw.choice(("", "", ", bias=False", ", bias=bias"))
                return f"nn.Linear({a}, {b}{rest})", kind if rest in ("", ", bias=True") else "Weight", f"{a},{b}"
            case "Conv2d":
                rest = self.draw.choice(("3", "3, padding=1", "1, bias=False", "3, groups=4"))
                return f"nn.Conv2d({a}, {b}, {rest})", "Weight", f"{a},{b},{rest}"
            case "Conv1d":
                return f"nn.Conv1d({a}, {b}, kernel_size=3)", "Linear", f"{a},{b},c"
            case "Embedding":
                rest = self.draw.choice(("", "", ", padding_idx=0"))
                return f"nn.Embedding(40, {b}{rest})", "Weight", f"40,{b},e"
            case "LayerNorm":
                return f"nn.LayerNorm({b})", "Norm", b
        return f"nn.GroupNorm(4, {b})", "Norm", b

    def weight(self) -> tuple[str, bool] | None:
        """A parameter's expression, and whether it is a matrix."""
        found: list[tuple[str, bool]] = [(f"{expr}.weight", kind != "Norm") for expr, kind, _ in self.made.layers]
        found += [(f"{expr}.bias", False) for expr, kind, _ in self.made.layers if kind in ("Linear", "Norm")]
        found += [(expr, "," in shape) for expr, shape in self.made.tensors]
        return self.draw.choice(found) if found else None

    def fill(self, w: str, matrix: bool) -> str:
        """One call that fills."""
        forms = FILLS + MATRIX_FILLS if matrix else FILLS
        return self.draw.choice(forms).format(w=w, c=self.constant(), s=self.scale())

    def change(self, w: str) -> str:
        """One statement that changes what is there."""
        return self.draw.choice(CHANGES).format(w=w, c=self.constant(), s=self.scale())

    def tensor(self) -> tuple[Lines, str, str]:
        """Lines that make a tensor, its expression, its shape."""
        shape = self.draw.choice(
            (f"{self.size()}, {self.size()}", f"{self.size()}, {self.size()}", f"4 * {self.size()},")
        )
        c, s = self.constant(), self.scale()
        base = self.draw.choice(
            (
                f"torch.zeros({shape})",
                f"torch.ones({shape})",
                f"torch.randn({shape})",
                f"torch.rand({shape})",
                f"torch.full(({shape}), {c})",
                f"torch.empty({shape}).normal_(std={s})",
                f"torch.empty({shape}).uniform_(-{s}, {s})",
                f"torch.randn({shape}) * {s}",
                f"torch.rand({shape}) * 2 - 1",
                f"{s} * torch.randn({shape})",
                f"torch.normal({c}, {s}, size=({shape}))",
                "torch.linspace(0, 1, 40)" if shape.endswith(",") else f"torch.ones({shape}) * {c}",
            )
        )
        if base.startswith("torch.linspace"):
            shape = "40,"
        if self.draw.random() < 0.5:
            return [], base, shape
        name = self.name("t")
        lines = [f"{name} = {base}"]
        other = self.name("t")
        steps = (
            f"{name}.mul_({s})",
            f"{name} = {name} * {s} + {c}",
            f"{name} = {name}.clone()",
            f"{name} += {c}",
            f"{name} = {c} - {name}",
            f"{name}[0] = {c}",
            f"{name}.view(-1).add_({c})",
            f"{other} = {name}.view(-1)\n{other}.fill_({s})",
            f"{other} = {name}\n{other}.mul_({s})",
            f"{name} = -{name}",
            f"{name} = {name} / 2",
            f"{name} = torch.mul({name}, {s})",
            f"nn.init.normal_({name}, std={s})",
            f"{name} = {name}.abs()",
            f"{name} = torch.exp({name} * 0.1)",
            f"{name} = {name} * {name}",
            f"{name} = {name}.clamp(-{s}, {s})",
            f"{name} = {name} + torch.ones_like({name})",
            f"{other} = {name}[0]\n{other}.fill_({c})",
        )
        for step in self.draw.sample(steps, self.draw.randrange(1, 4)):
            lines += step.split("\n")
        return lines, name, shape

    def parameter(self) -> Lines:
        lines, value, shape = self.tensor()
        name = self.name("p")
        form = self.draw.choice(
            (
                f"self.{name} = nn.Parameter({value})",
                f"self.{name} = nn.Parameter({value})",
                f"self.{name} = nn.Parameter(data={value}, requires_grad={self.draw.choice(('True', 'False'))})",
                f"self.register_parameter('{name}', nn.Parameter({value}))",
                f"setattr(self, '{name}', nn.Parameter({value}))",
                f"self.register_buffer('b{name}', {value})\nself.{name} = nn.Parameter(self.b{name}.clone() * 2)",
                f"self.{name} = nn.Parameter({value})\nself.{name}x = nn.Parameter(self.{name}.data * 2)",
                f"self.{name} = nn.Parameter({value})\nself.{name}x = nn.Parameter(self.{name}.data)",
            )
        )
        self.made.tensors.append((f"self.{name}", shape))
        return [*lines, *form.split("\n")]

    def attribute(self) -> Lines:
        """A layer as an attribute, in one of the ways to make one."""
        name = self.name("m")
        expr, kind, sizes = self.layer()
        form = self.draw.choice(
            (
                f"self.{name} = {expr}",
                f"self.{name} = {expr}",
                f"self.add_module('{name}', {expr})",
                f"setattr(self, f'{name[0]}{{{name[1:]}}}', {expr})",
                f"self.{name} = {expr} if True else None",
                f"self.{name} = (lambda: {expr})()",
                f"self.{name} = copy.deepcopy({expr})",
                f"self.{name} = nn.utils.parametrizations.weight_norm({expr})"
                if kind == "Linear"
                else f"self.{name} = {expr}",
            )
        )
        if "weight_norm" not in form:
            self.made.layers.append((f"self.{name}", kind, sizes))
        return [form]

    def container(self) -> Lines:
        """Several layers in a container."""
        name = self.name("c")
        expr, _, _ = self.layer()
        count = self.draw.choice(("depth", "2", "3"))
        a, b = self.size(), self.size()
        own = f"self.{name}"
        forms = (
            f"self.{name} = nn.ModuleList([{expr} for _ in range({count})])",
            f"self.{name} = nn.ModuleList([{expr}] * 2)",
            f"self.{name} = nn.Sequential({expr}, nn.ReLU(), {self.layer()[0]})",
            f"self.{name} = nn.Sequential(*[{expr} for _ in range({count})])",
            f"self.{name} = nn.ModuleDict({{'x': {expr}, 'y': {self.layer()[0]}}})",
            f"self.{name} = nn.ModuleDict({{f'k{{i}}': {expr} for i in range({count})}})",
            f"self.{name} = nn.ModuleList()\nfor i in range({count}):\n    self.{name}.append({expr})",
            f"self.{name} = nn.ModuleList(nn.Linear({a} * (i + 1), {b}) for i in range({count}))",
            f"sizes = [{a}, {b}, {a}]\nself.{name} = nn.ModuleList(nn.Linear(i, o) for i, o in zip(sizes, sizes[1:]))",
            f"one = {expr}\nself.{name} = nn.ModuleList([copy.deepcopy(one) for _ in range({count})])",
            f"self.{name} = nn.Sequential(OrderedDict([('a', {expr}), ('b', nn.Tanh())]))",
            f"parts = []\nfor i in range({count}):\n    parts += [{expr}, nn.GELU()]\n{own} = nn.Sequential(*parts)",
            f"{own} = nn.ParameterList([nn.Parameter(torch.randn({a}, {b}) * {self.scale()}) for _ in range({count})])",
            f"self.{name} = nn.ModuleList(map(lambda n: nn.Linear(n, {b}), ({a}, {b})))",
            f"self.{name} = nn.Sequential()\nself.{name}.add_module('first', {expr})\nself.{name}.append(nn.ReLU())",
        )
        form = self.draw.choice(forms)
        if "ParameterList" not in form:
            self.made.containers.append(f"self.{name}")
        return form.split("\n")

    def block(self) -> Lines:
        """An instance of one of the file's own classes."""
        name = self.name("s")
        made = self.draw.choice(self.blocks)
        self.made.containers.append(f"self.{name}")
        return [f"self.{name} = {made}"]

    def write(self) -> Lines:
        found = self.weight()
        if found is None:
            return self.attribute()
        w, matrix = found
        choice = self.draw.random()
        if choice < 0.55:
            return [self.fill(w, matrix)]
        if choice < 0.85:
            return [self.change(w)]
        inner = self.draw.choice(
            (
                f"{w}.fill_({self.constant()})",
                f"{w}.mul_({self.scale()})",
                f"{w}[0] = {self.constant()}",
                f"{w}.copy_({w} * {self.scale()})",
                f"{w}.uniform_(-{self.scale()}, 1)",
                f"{w} *= {self.scale()}" if False else f"{w}.add_({self.constant()})",
            )
        )
        return ["with torch.no_grad():", f"    {inner}"]

    def traverse(self) -> Lines:
        """A loop over modules or parameters, or ``apply``."""
        root = self.draw.choice(("self", "self", *self.made.containers))
        test = self.draw.choice(
            (
                "isinstance(m, nn.Linear)",
                "isinstance(m, (nn.Linear, nn.Conv2d))",
                "type(m) is nn.Linear",
                "type(m) in (nn.Embedding, nn.Conv1d)",
                "hasattr(m, 'weight') and m.weight is not None and m.weight.dim() > 1",
                "isinstance(m, nn.Module) and isinstance(m, nn.Conv2d)",
                "m.__class__.__name__.find('Linear') != -1",
                "'Conv' in type(m).__name__",
                "isinstance(m, nn.LayerNorm) or isinstance(m, nn.GroupNorm)",
                "not isinstance(m, (nn.ModuleList, nn.Sequential)) and isinstance(m, nn.Embedding)",
            )
        )
        matrix = "Norm" not in test
        fill = self.fill("m.weight", matrix)
        bias = self.draw.choice(
            (
                [],
                ["    if getattr(m, 'bias', None) is not None:", f"        {self.fill('m.bias', False)}"],
                ["    if hasattr(m, 'bias') and isinstance(m.bias, nn.Parameter):", f"        {self.change('m.bias')}"],
            )
        )
        if "__name__" in test:
            test += " and isinstance(getattr(m, 'weight', None), nn.Parameter)"
        names = (
            "'weight' in n and p.dim() > 1",
            "n.endswith('weight') and p.ndim >= 2",
            "n.split('.')[-1] == 'weight' and len(p.shape) > 1",
            "p.dim() > 1",
        )
        small = ("'bias' in n", "n.endswith('.bias')", "p.dim() == 1", "'p' in n", "p.ndim < 2", "p.requires_grad")
        forms: tuple[Callable[[], Lines], ...] = (
            lambda: [f"for m in {root}.modules():", f"    if {test}:", f"        {fill}", *[f"    {b}" for b in bias]],
            lambda: [
                f"for n, m in {root}.named_modules():",
                f"    if {test} and {self.draw.choice(('n', 'len(n) > 2', 'True'))}:",
                f"        {fill}",
            ],
            lambda: [
                f"for n, p in {root}.named_parameters():",
                f"    if {self.draw.choice(names)}:",
                f"        {self.fill('p', True)}",
                f"    elif {self.draw.choice(small)}:",
                f"        {self.fill('p', False)}",
            ],
            lambda: [
                f"for p in {root}.parameters():",
                f"    if {self.draw.choice(('p.dim() > 1', 'p.ndim == 1'))}:",
                f"        {self.draw.choice((self.fill('p', False), self.change('p')))}",
            ],
            lambda: [f"for p in {root}.parameters():", f"    {self.change('p')}"],
            lambda: [f"{root}.apply({self.draw.choice(self.routines)})"],
            lambda: [f"{root}.apply({self.draw.choice(self.routines)})"],
            lambda: [f"for m in {root}.children():", f"    if {test}:", f"        {fill}"],
            lambda: [f"[{self.draw.choice(self.fillers)}(p) for p in {root}.parameters() if p.dim() > 1]"],
            lambda: [f"for m in filter(lambda m: {test}, {root}.modules()):", f"    {fill}"],
        )
        return self.draw.choice(forms)()

    def tie(self) -> Lines:
        by_sizes: dict[tuple[str, str], list[str]] = {}
        for expr, kind, sizes in self.made.layers:
            by_sizes.setdefault((kind, sizes), []).append(expr)
        pairs = [exprs for exprs in by_sizes.values() if len(exprs) > 1]
        if not pairs:
            return self.attribute()
        one, two = self.draw.sample(self.draw.choice(pairs), 2)
        return [
            self.draw.choice(
                (
                    f"{one}.weight = {two}.weight",
                    f"{one}.weight.data = {two}.weight.data",
                    f"{one}.weight.data.copy_({two}.weight.data)",
                    f"{one}.load_state_dict({two}.state_dict())",
                    f"{one}.weight = nn.Parameter({two}.weight.detach().clone())",
                    f"{one}.weight.data = {two}.weight.data.clone()",
                    f"{one}.reset_parameters()",
                    f"{one}.weight = nn.Parameter({two}.weight * {self.scale()})",
                )
            )
        ]

    def indented(self, budget: int) -> Lines:
        state = self.made.state()
        lines = [f"    {line}" for line in self.several(budget)]
        self.made.back_to(state)
        return lines

    def compound(self, budget: int) -> Lines:
        """Statements below a condition, a loop or the like."""
        match self.draw.randrange(7):
            case 0 | 1:
                return [f"if {self.test()}:", *self.indented(budget)]
            case 2:
                return [f"if {self.test()}:", *self.indented(budget), "else:", *self.indented(budget)]
            case 3:
                return ["for _ in range(2):", *self.indented(1)]
            case 4:
                return ["try:", *self.indented(1), "except ValueError:", "    pass"]
            case 5:
                return ["with torch.no_grad():", *self.indented(budget)]
        return [f"if {self.test()}:", *self.indented(1), f"elif {self.test()}:", *self.indented(1), "else:", "    pass"]

    def idiom(self) -> Lines:
        """One of the idioms."""
        parts = {"n": self.name("i"), "a": self.size(), "b": self.size(), "c": self.constant(), "s": self.scale()}
        return self.draw.choice(IDIOMS).format(**parts).split("\n")

    def several(self, count: int) -> Lines:
        """Lines of that many statements."""
        lines: Lines = []
        for _ in range(count):
            choice = self.draw.random()
            if choice < 0.10:
                lines += self.attribute()
            elif choice < 0.24:
                lines += self.idiom()
            elif choice < 0.32:
                lines += self.container()
            elif choice < 0.44:
                lines += self.parameter()
            elif choice < 0.52 and self.blocks:
                lines += self.block()
            elif choice < 0.72:
                lines += self.write()
            elif choice < 0.84:
                lines += self.traverse()
            elif choice < 0.90:
                lines += self.tie()
            else:
                lines += self.compound(2) if count > 1 else self.write()
        return lines
