"""Replaced layers of loaded models that lose nothing needed."""

import timm
import torch
import torchvision
from torch import nn
from torchvision.models import ResNet18_Weights, resnet18


def carried_over(classes=3):
    model = resnet18(weights=ResNet18_Weights.DEFAULT)
    old = model.conv1
    model.conv1 = nn.Conv2d(5, 64, kernel_size=7, stride=2, padding=3, bias=False)
    with torch.no_grad():
        model.conv1.weight[:, :3] = old.weight
        model.conv1.weight[:, 3:] = old.weight.mean(1, keepdim=True)
    model.fc = nn.Linear(512, classes)
    return model


def summed():
    model = resnet18(weights=ResNet18_Weights.DEFAULT)
    weight = model.conv1.weight.sum(1, keepdim=True)
    model.conv1 = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
    model.conv1.weight = nn.Parameter(weight)
    return model


def in_front():
    """The loaded layer is still there."""
    model = resnet18(weights=ResNet18_Weights.DEFAULT)
    model.conv1 = nn.Sequential(nn.Conv2d(5, 3, 1), model.conv1)
    return model


def new_head():
    model = resnet18(weights=ResNet18_Weights.DEFAULT)
    model.fc = nn.Linear(512, 10)
    return model


def not_loaded():
    model = resnet18(weights=None)
    model.conv1 = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
    return model


class LoadedAfterwards(nn.Module):
    def __init__(self, path):
        super().__init__()
        self.backbone = resnet18(weights="DEFAULT")
        self.backbone.conv1 = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.load_state_dict(torch.load(path))

    def forward(self, x):
        return self.backbone(x)


def by_timm():
    return timm.create_model("resnet50", pretrained=True, in_chans=1)


def later_layer():
    """A block of another kind further on is a design."""
    model = resnet18(weights=ResNet18_Weights.DEFAULT)
    model.layer4 = nn.Sequential(nn.Conv2d(256, 512, 3, 2, 1), nn.ReLU())
    return model


def patches_carried_over(name, bands):
    model = timm.create_model(name, pretrained=True)
    old = model.patch_embed.proj
    new = nn.Conv2d(bands, old.out_channels, old.kernel_size, old.stride)
    new.weight.data.copy_(old.weight.mean(1, keepdim=True).expand(-1, bands, -1, -1))
    model.patch_embed.proj = new
    return model


def not_loaded(name, bands):
    model = timm.create_model(name, pretrained=False)
    model.patch_embed.proj = nn.Conv2d(bands, 384, 16, 16)
    return model


def further_inside(classes):
    """A later layer and a head: what comes before them keeps its values."""
    model = torchvision.models.vgg16(weights="DEFAULT")
    width = model.classifier[6].in_features
    model.classifier[6] = nn.Linear(width, classes)
    model.features[2] = nn.Conv2d(64, 64, 3, padding=1)
    model.classifier[1] = nn.ReLU()
    return model
