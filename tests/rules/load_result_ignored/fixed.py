"""Missing keys that nobody sees."""

import warnings
import torch
from torch import nn


class Wrapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(nn.Linear(8, 8), nn.GELU(), nn.Linear(8, 4))

    def forward(self, x):
        return self.model(x)


def build(checkpoint: dict):
    net = Wrapped()
    missing, unexpected = net.load_state_dict(checkpoint, strict=False)
    if missing or unexpected:
        warnings.warn(f"missing keys: {missing}, unexpected keys: {unexpected}")
    return net


class InConstructor(nn.Module):
    def __init__(self, path):
        super().__init__()
        self.encoder = nn.Linear(8, 4)
        missing, unexpected = self.encoder.load_state_dict(torch.load(path, weights_only=True), strict=False)
        if missing or unexpected:
            warnings.warn(f"missing keys: {missing}, unexpected keys: {unexpected}")

    def forward(self, x):
        return self.encoder(x)


def outlined(path):
    import torchvision

    net = torchvision.models.resnet50()  # of its 161 parameters the tables know a few
    net.fc = nn.Identity()
    missing, unexpected = net.load_state_dict(torch.load(path), strict=False)
    if missing or unexpected:
        warnings.warn(f"missing keys: {missing}, unexpected keys: {unexpected}")
    return net


class UnknownPart(nn.Module):
    def __init__(self, config, path):
        super().__init__()
        self.encoder = nn.Linear(8, 4)
        from elsewhere import make_loss

        self.loss = make_loss(config)  # it may have parameters of its own
        missing, unexpected = self.load_state_dict(torch.load(path), strict=False)
        if missing or unexpected:
            warnings.warn(f"missing keys: {missing}, unexpected keys: {unexpected}")

    def forward(self, x):
        return self.loss(self.encoder(x))


class HandedPart(nn.Module):
    def __init__(self, backbone, path):
        super().__init__()
        self.backbone = backbone
        self.head = nn.Linear(8, 4)
        missing, unexpected = self.load_state_dict(torch.load(path), strict=False)
        if missing or unexpected:
            warnings.warn(f"missing keys: {missing}, unexpected keys: {unexpected}")


class Compared(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 8)
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        return self.head(self.body(x))


def kept_what_fits(path):
    """Looks for the checkpoint's keys in the model, and not the other way round."""
    data = torch.load(path)["model"]
    net = Compared()
    own = net.state_dict()
    data = {key: value for key, value in data.items() if key in own}
    missing, unexpected = net.load_state_dict(data, strict=False)
    if missing or unexpected:
        warnings.warn(f"missing keys: {missing}, unexpected keys: {unexpected}")
    return net


class Experiment:
    """No module: its constructor builds one."""

    def __init__(self, lr=1e-3, resume=None):
        self.net = Wrapped()
        if resume is not None:
            missing, unexpected = self.net.load_state_dict(torch.load(resume), strict=False)
            if missing or unexpected:
                warnings.warn(f"missing keys: {missing}, unexpected keys: {unexpected}")
        self.opt = torch.optim.SGD(self.net.parameters(), lr)


class Predictor:
    def __init__(self, path):
        self.path = path

    def answer(self, x):
        return self._restored()(x)

    def _restored(self):
        net = Wrapped()
        missing, unexpected = net.load_state_dict(torch.load(self.path), strict=False)
        if missing or unexpected:
            warnings.warn(f"missing keys: {missing}, unexpected keys: {unexpected}")
        return net


class Rebuilt(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.fc = nn.Linear(width, width)

    @classmethod
    def of_checkpoint(cls, path):
        net = cls()
        missing, unexpected = net.load_state_dict(torch.load(path), strict=False)
        if missing or unexpected:
            warnings.warn(f"missing keys: {missing}, unexpected keys: {unexpected}")
        return net

    def forward(self, x):
        return self.fc(x)
