import torch
import torch.nn as nn


class XavierBeforeReLU(nn.Module):  # probe: 64,256
    def __init__(self):
        super().__init__()
        layers = []
        for _ in range(24):
            layer = nn.Linear(256, 256)
            nn.init.xavier_uniform_(layer.weight)  # error: [signal-vanishes] "24 layers with relu, the signal's second moment goes x\d.*e-0[678] and the gradient's x\d.*e-0[678] .measured"
            nn.init.zeros_(layer.bias)
            layers += [layer, nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(256, 10)

    def forward(self, x):
        return self.head(self.body(x))


class DefaultsHideIt(nn.Module):  # probe: 64,128
    """With torch's biases the std of the last activation stays near 0.03: only without them the loss is seen."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(128, 128) for _ in range(12))  # error: [signal-vanishes] "12 layers with relu"
        self.head = nn.Linear(128, 10)

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return self.head(x)


class SmallNormal(nn.Module):  # probe: 4,16,12,12
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(16, 16, 3, padding=1) for _ in range(5))
        self.head = nn.Linear(16, 4)
        for conv in self.convs:
            nn.init.normal_(conv.weight, std=0.01)  # error: [signal-vanishes] "5 layers with relu"
            nn.init.zeros_(conv.bias)

    def forward(self, x):
        for conv in self.convs:
            x = conv(x).relu()
        return self.head(x.mean((2, 3)))


class SigmoidStack(nn.Module):  # probe: 64,128
    def __init__(self):
        super().__init__()
        layers = []
        for _ in range(8):
            layer = nn.Linear(128, 128)
            nn.init.xavier_normal_(layer.weight)  # error: [signal-vanishes] "8 layers with sigmoid"
            layers += [layer, nn.Sigmoid()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(128, 10)

    def forward(self, x):
        return self.head(self.body(x))
