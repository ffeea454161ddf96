"""Idioms of constructors, each whole in itself.

``{n}`` is a fresh name, ``{a}`` and ``{b}`` are sizes, ``{c}`` is a number and ``{s}`` a scale.
"""

from __future__ import annotations

TEXT = """
self.{n}, self.{n}y = nn.Linear({a}, {b}), nn.Linear({b}, {a})
nn.init.normal_(self.{n}y.weight, std={s})
---
self.{n} = self.{n}y = nn.Linear({a}, {b})
nn.init.constant_(self.{n}.weight, {c})
---
self.{n} = nn.LSTM({a}, 16, num_layers=2, bidirectional=True)
for name, p in self.{n}.named_parameters():
    if "weight_hh" in name:
        nn.init.normal_(p, std={s})
    elif "weight_ih" in name:
        nn.init.xavier_uniform_(p)
    elif "bias" in name:
        p.data.fill_({c})
        p.data[16:32].fill_(1)
---
self.{n} = nn.GRU(16, {b}, batch_first=True)
for names in self.{n}._all_weights:
    for name in names:
        if name.startswith("weight"):
            nn.init.normal_(getattr(self.{n}, name), std={s})
---
self.{n} = nn.GRUCell({a}, {b})
nn.init.zeros_(self.{n}.bias_hh)
---
self.{n} = nn.MultiheadAttention(16, 4)
nn.init.normal_(self.{n}.in_proj_weight, std={s})
self.{n}.out_proj.weight.data.mul_({s})
---
self.{n} = nn.TransformerEncoderLayer(16, 4, dim_feedforward={b}, batch_first=True)
for p in self.{n}.parameters():
    if p.dim() > 1:
        nn.init.xavier_uniform_(p)
---
self.{n} = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 32), 2)
for layer in self.{n}.layers:
    nn.init.normal_(layer.linear1.weight, std={s})
---
self.{n} = nn.Bilinear({a}, {b}, 8)
self.{n}y = nn.PReLU({a})
self.{n}z = nn.ConvTranspose2d({a}, {b}, 2, stride=2)
nn.init.kaiming_normal_(self.{n}z.weight)
---
self.{n} = nn.BatchNorm2d({a})
nn.init.uniform_(self.{n}.weight, 0.5, 1.5)
nn.init.zeros_(self.{n}.bias)
---
self.{n} = nn.ModuleList()
width = {a}
while width > 4:
    self.{n}.append(nn.Linear(width, width // 2))
    width //= 2
nn.init.ones_(self.{n}[-1].weight)
---
self.{n} = nn.ModuleList([nn.Linear({a}, {b}) for _ in range(3)])
for i, layer in enumerate(self.{n}):
    nn.init.constant_(layer.weight, i + {c})
    if i == 1:
        continue
    layer.bias.data.fill_(i)
---
self.{n} = nn.ModuleList([nn.Linear({a}, {b}) for _ in range(3)])
for layer in self.{n}[1:]:
    layer.weight.data.zero_()
for layer in reversed(self.{n}):
    nn.init.constant_(layer.bias, {c})
    break
---
self.{n} = nn.Sequential(nn.Linear({a}, {b}), nn.ReLU(), nn.Linear({b}, 8))
self.{n}[0].weight.data.normal_(0, {s})
self.{n}[-1].bias.data.fill_({c})
---
self.{n} = nn.Sequential(nn.Linear({a}, {b}), nn.ReLU())
self.{n}y = nn.Sequential(*self.{n}, nn.Linear({b}, 8))
self.{n}y[0].bias.data.fill_({c})
---
self.{n} = nn.ModuleList([nn.Linear({a}, 8), nn.Linear({a}, 16)])
self.{n}.insert(0, nn.Linear({a}, 4))
self.{n}.extend([nn.Linear(8, 8)])
del self.{n}[1]
nn.init.zeros_(self.{n}[0].weight)
---
self.{n} = nn.Linear({a}, {b})
del self.{n}
self.{n} = nn.Conv2d(8, {b}, 3)
---
self.{n} = None
if bias:
    self.{n} = nn.Linear({a}, {b})
if self.{n} is not None:
    nn.init.constant_(self.{n}.weight, {c})
---
self._modules["{n}"] = nn.Linear({a}, {b})
self._parameters["{n}y"] = nn.Parameter(torch.zeros({a}, {b}))
---
options = dict(mode="fan_out", nonlinearity="relu")
self.{n} = nn.Linear({a}, {b})
nn.init.kaiming_normal_(self.{n}.weight, **options)
---
for key, function in {{"weight": nn.init.xavier_normal_, "bias": nn.init.zeros_}}.items():
    self.register_parameter("{n}" + key, nn.Parameter(torch.empty({a}, {b})))
    function(getattr(self, f"{n}{{key}}"))
---
self.{n} = nn.Linear({a}, {b})
getattr(nn.init, "normal_" if kind == "a" else "uniform_")(self.{n}.weight)
---
self.{n} = nn.Linear({a}, {b})
initialise = {{"a": nn.init.zeros_, "b": nn.init.ones_}}.get(kind, nn.init.xavier_uniform_)
initialise(self.{n}.weight)
---
self.{n} = getattr(nn, "Linear" if depth > 1 else "Bilinear")(*([{a}, {b}] if depth > 1 else [{a}, {b}, 4]))
---
self.{n} = functools.reduce(lambda made, width: made.append(nn.Linear(width, 8)) or made, [{a}, {b}], nn.ModuleList())
---
@torch.no_grad()
def fill_{n}(layer, value={c}):
    layer.weight.fill_(value)
    if layer.bias is not None:
        layer.bias.copy_(torch.full_like(layer.bias, value * 2))
self.{n} = nn.Linear({a}, {b}, bias=bias)
fill_{n}(self.{n})
---
def make_{n}(count, width, *rest, last={b}, **options):
    for _ in range(count):
        yield nn.Linear(width, width, **options)
    yield nn.Linear(width, last)
self.{n} = nn.ModuleList(make_{n}(2, {a}, bias=False))
self.{n}y = nn.Sequential(*make_{n}(1, width={a}))
---
def nest_{n}(levels):
    if levels == 0:
        return nn.Linear({a}, {b})
    return nn.Sequential(nest_{n}(levels - 1), nn.ReLU(), nn.Linear({b}, {b}))
self.{n} = nest_{n}(depth)
---
self.{n} = nn.Linear({a}, {b})
try:
    nn.init.orthogonal_(self.{n}.bias)
except ValueError:
    nn.init.constant_(self.{n}.bias, {c})
---
self.{n} = nn.Linear({a}, {b}, bias=False)
try:
    self.{n}.bias.data.zero_()
except AttributeError:
    self.{n}.weight.data.fill_({c})
---
factory = {{"device": None, "dtype": None}}
self.{n} = nn.Parameter(torch.empty(({a}, {b}), **factory))
nn.init.kaiming_uniform_(self.{n}, a=math.sqrt(5))
---
with torch.device("cpu"):
    self.{n} = nn.Linear({a}, {b})
self.{n}.to(torch.float32).weight.data.mul_({s})
---
self.{n} = nn.utils.parametrizations.spectral_norm(nn.Linear({a}, {b}))
---
self.{n} = nn.Linear({a}, {b})
nn.init.constant_(self.{n}.weight, {c})
torch.nn.utils.parametrize.register_parametrization(self.{n}, "weight", Symmetric())
---
self.{n} = nn.Linear({a}, {b})
nn.init.constant_(self.{n}.weight, {c})
torch.nn.utils.parametrize.register_parametrization(self.{n}, "weight", Doubled())
---
self.{n} = nn.Embedding(30, {b}, padding_idx=2)
nn.init.normal_(self.{n}.weight, 0, {s})
self.{n}.weight.data[self.{n}.padding_idx].zero_()
---
self.{n} = nn.Embedding.from_pretrained(torch.full((30, {b}), {s}), freeze=False)
---
self.{n} = nn.Parameter(torch.stack([torch.ones({a}) for _ in range(3)]))
self.{n}y = nn.Parameter(torch.cat([torch.zeros({a}), torch.ones({a})]))
---
self.{n} = nn.Parameter(torch.eye({a}) * {s})
self.{n}y = nn.Parameter(torch.tensor([0.1, 0.2, 0.3]) * {s})
self.{n}z = nn.Parameter(torch.tensor({s}))
---
self.{n} = nn.Parameter(torch.arange({a}).float() / {a})
self.{n}y = nn.Parameter(torch.log(torch.rand({a}, 20) + 1))
---
self.{n} = nn.Parameter(torch.empty({a}, {b}))
bound = math.sqrt(6.0 / sum(self.{n}.shape))
self.{n}.data.uniform_(-bound, bound)
---
self.{n} = nn.Parameter(torch.zeros(3 * 16, {b}))
for part in self.{n}.data.chunk(3):
    nn.init.xavier_uniform_(part)
---
self.{n} = nn.Parameter(torch.zeros(3 * 16, {b}))
for i in range(3):
    nn.init.normal_(self.{n}[i * 16 : (i + 1) * 16], std={s})
---
self.{n} = nn.Parameter(torch.ones({a}, {b}))
with torch.no_grad():
    self.{n}[0] = {c}
    self.{n}[1:].mul_({s})
---
self.{n} = nn.Parameter(torch.ones({a}, {b}))
self.{n}.data[self.{n}.data > 0.5] = {c}
---
self.{n} = nn.Parameter(torch.ones({a}, {b}))
self.{n}.data.t()[0].fill_({c})
---
self.{n} = nn.ParameterDict({{"x": nn.Parameter(torch.randn({a}, {b})), "y": torch.ones({a})}})
self.{n}["x"].data.mul_({s})
---
self.{n} = nn.ParameterList()
for i in range(depth):
    self.{n}.append(nn.Parameter(torch.full(({a}, 4), float(i))))
---
blocks = [nn.Linear({a}, {a})] * 2
self.{n} = nn.Sequential(*blocks)
nn.init.zeros_(blocks[0].weight)
---
template = nn.Linear({a}, {b})
nn.init.constant_(template.weight, {c})
self.{n} = nn.ModuleList(copy.deepcopy(template) for _ in range(2))
template.weight.data.zero_()
nn.init.normal_(self.{n}[1].weight, std={s})
---
self.{n} = nn.Linear({a}, {b})
self.{n}.load_state_dict({{k: torch.full_like(v, {c}) for k, v in self.{n}.state_dict().items()}})
---
self.{n} = nn.Linear({a}, {b})
self.{n}.weight.requires_grad_(False).fill_({c})
---
self.{n} = nn.Linear({a}, {b})
setattr(self.{n}, "weight", nn.Parameter(torch.zeros_like(self.{n}.weight) + {c}))
---
self.{n} = nn.Linear({a}, {b})
vars(self)["_{n}"] = self.{n}
nn.init.constant_(self._{n}.weight, {c})
---
(lambda m: nn.init.constant_(m.weight, {c}))(layer := nn.Linear({a}, {b}))
self.{n} = layer
---
self.{n} = nn.Linear({a}, {b})
weight = self.{n}.weight
old = weight.data
weight.data = torch.zeros_like(old)
old.fill_({c})
---
self.{n} = nn.Linear({a}, {b})
std = self.{n}.weight.std()
self.{n}.weight.data.div_(std)
---
self.{n} = nn.Linear({a}, {b})
weight = self.{n}.weight
weight.data.copy_(torch.eye(*weight.shape))
---
match kind:
    case "a":
        self.{n} = nn.Linear({a}, {b})
    case "b" | "c":
        self.{n} = nn.Conv1d({a}, {b}, 1)
    case _:
        self.{n} = nn.Identity()
---
sizes = (int({a} * 1.5), max({a}, 8), -(-{b} // 3), round({b} / 2))
self.{n} = nn.ModuleList(nn.Linear(i, o) for i, o in zip(sizes[:-1], sizes[1:], strict=True))
---
self.{n} = nn.ModuleDict()
for i, (key, width) in enumerate(sorted({{"z": {a}, "x": {b}}}.items())):
    self.{n}[key] = nn.Linear(width, i + 1)
nn.init.zeros_(self.{n}["x"].weight)
---
self.{n} = nn.Linear({a}, {b})
for p in (self.{n}.weight, self.{n}.bias):
    nn.init.constant_(p, {c}) if p.dim() < 2 else nn.init.normal_(p, std={s})
---
self.{n} = nn.Linear({a}, {b})
assert self.{n}.weight.shape == ({b}, {a}), "shape"
if self.{n}.in_features == {a} and self.{n}.out_features >= 1:
    nn.init.constant_(self.{n}.weight, {c})
---
self.{n} = nn.Linear({a}, {b})
if any(p.dim() > 1 for p in self.{n}.parameters()) and sum(p.numel() for p in self.{n}.parameters()) > 10:
    nn.init.constant_(self.{n}.bias, {c})
---
self.{n} = nn.Linear({a}, {b})
nn.init.constant_(self.{n}.weight.data.view({a}, {b}), {c})
self.{n}.weight.data.view(-1)[0] = {s}
---
self.{n} = nn.Conv2d(8, {b}, 3)
nn.init.dirac_(self.{n}.weight)
self.{n}y = nn.Linear({a}, {a})
nn.init.eye_(self.{n}y.weight)
self.{n}z = nn.Linear(64, 64)
nn.init.sparse_(self.{n}z.weight, 0.5, std={s})
---
self.{n} = nn.Linear({a}, {b})
self.{n}.weight.data.exponential_(2.0)
self.{n}y = nn.Linear({a}, {b})
self.{n}y.weight.data.cauchy_().clamp_(-1, 1)
---
self.{n} = nn.Linear({a}, {b})
self.{n}.weight.data.bernoulli_(0.3)
self.{n}.bias.data.random_(0, 5)
---
self.{n} = nn.Linear({a}, {b})
values = torch.randn({b}, {a})
values /= values.norm()
self.{n}.weight.data.copy_(values)
---
self.{n} = nn.Linear({a}, {b})
self.{n}.weight.data.copy_(torch.where(torch.rand({b}, {a}) > 0.5, 1.0, -1.0))
---
total = 0
for i in range(5):
    if i % 2:
        continue
    total += i
else:
    total *= 2
self.{n} = nn.Parameter(torch.full(({a}, {b}), float(total)))
---
text = f"{{kind}}-{{depth}}".upper().split("-")
self.{n} = nn.Linear({a}, len(text[0]) + int(text[1]))
---
self.{n} = nn.Linear({a}, {b})
count = 0
def counting(m):
    nonlocal count
    count += 1
    if isinstance(m, nn.Linear):
        nn.init.constant_(m.weight, count)
self.{n}.apply(counting)
---
self.{n} = Wrapped({a}, {b})
---
self.{n} = Stack(nn.Linear({a}, {b}), nn.ReLU(), nn.Linear({b}, 8))
---
self.{n} = Lazyish.make({a}, {b}, std={s})
---
self.{n} = REGISTRY["linear" if depth > 1 else "conv"]({a}, {b})
---
self.{n} = Kind(kind if kind in ("a", "b") else "a").layer({a}, {b})
---
self.{n} = Sized(Sizes({a}, {b}))
---
self.{n} = ScaledLinear({a}, {b}, scale={s})
---
self.{n} = Outer.Inner({a})
"""

IDIOMS = tuple(part.strip("\n") for part in TEXT.split("\n---\n"))
