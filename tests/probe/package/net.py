"""A model of the package."""

from torch import Tensor, nn

from .parts import layer


class Net(nn.Module):
    def __init__(self, width: int = 6) -> None:
        super().__init__()
        self.first = layer(width)

    def forward(self, x: Tensor) -> Tensor:
        return self.first(x)
