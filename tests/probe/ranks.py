"""What two processes of a group measure; each writes its statistics to a file of its own."""

from __future__ import annotations

import json
import os
import sys

import torch
from torch import distributed, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor

from winit_lint.ir.measured import Statistics
from winit_lint.probe import probe


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.norm = nn.Linear(60, 101), nn.Linear(101, 60), nn.LayerNorm(60)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.norm(self.second(self.first(x).relu()))
        return out


def whole() -> Net:
    torch.manual_seed(0)
    return Net()


def sharded() -> Net:
    """FSDP2: rows of each parameter on each process, 51 and 50 of the 101."""
    net = whole()
    fully_shard(net, mesh=init_device_mesh("cpu", (2,)))
    return net


def placed() -> nn.Module:
    """One DTensor of columns, one that is copied, by hand."""
    mesh = init_device_mesh("cpu", (2,))
    net, made = whole(), nn.Module()
    made.columns = nn.Parameter(distribute_tensor(net.first.weight.detach(), mesh, [Shard(1)]))
    made.copied = nn.Parameter(distribute_tensor(net.second.weight.detach(), mesh, [Replicate()]))
    assert isinstance(made.columns, DTensor)
    return made


def plain() -> nn.Module:
    """A half of a weight each, a copy of a bias, and a parameter that one of them lacks."""
    net, made = whole(), nn.Module()
    rank = distributed.get_rank()
    made.rows = nn.Parameter(net.first.weight.detach().chunk(2)[rank].clone())
    made.copied = nn.Parameter(net.first.bias.detach().clone())
    if rank:
        made.alone = nn.Parameter(torch.full((4,), 3.0))
    with torch.no_grad():
        made.broken = nn.Parameter(torch.ones(10) * (float("nan") if rank else 2.0))
    return made


def shown(found: Statistics) -> list[object]:
    return [
        found.n,
        found.mean,
        found.std,
        found.minimum,
        found.maximum,
        found.nonfinite,
        found.family,
        *found.histogram,
    ]


def main(rank: int, meeting: str, folder: str) -> None:
    distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=2)
    found = {}
    for build in (whole, sharded, placed, plain):
        measured = probe(build()).measured
        found[build.__name__] = {each.name: shown(each) for each in measured.statistics}
        fans = {f"{fan.name} fan": [fan.fan_in and fan.fan_in.value, fan.table_in] for fan in measured.fans}
        found[build.__name__].update(fans)
    own = torch.randn(8, 60, generator=torch.Generator().manual_seed(rank))
    signal = probe(sharded(), own).measured.signal
    found["signal"] = {} if signal is None else {op.layer: [op.forward] for op in signal.ops if op.layer}
    with open(os.path.join(folder, f"{rank}.json"), "w", encoding="utf-8") as stream:
        json.dump(found, stream)
    distributed.destroy_process_group()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
