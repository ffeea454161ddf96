"""Random layers where a loaded model has its first."""

import timm
import torch
import torchvision
from torch import nn
from torchvision.models import ResNet18_Weights, resnet18


def more_bands(classes=3):
    model = resnet18(weights=ResNet18_Weights.DEFAULT)
    model.conv1 = nn.Conv2d(5, 64, kernel_size=7, stride=2, padding=3, bias=False)  # warning: [pretrained-layer-replaced] "first layer `conv1` is replaced by one that holds torch's default .kaiming_uniform_, std 0.0369."
    model.fc = nn.Linear(512, classes)
    return model


def unless_it_fits(channels):
    model = resnet18(weights=ResNet18_Weights.DEFAULT)
    old = model.conv1
    if channels != old.in_channels:
        model.conv1 = nn.Conv2d(channels, old.out_channels, old.kernel_size, bias=False)  # warning: [pretrained-layer-replaced] "copy the old weight"
    return model


class Grey(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = torchvision.models.vgg16(pretrained=True)
        self.backbone.features[0] = nn.Conv2d(1, 64, 3, padding=1)  # warning: [pretrained-layer-replaced] "first layer `backbone.features.0`"

    def forward(self, x):
        return self.backbone(x)


class SmallImages(nn.Module):
    """The kernel is another one: nothing could be copied as it is."""

    def __init__(self):
        super().__init__()
        self.backbone = resnet18(weights="DEFAULT")
        self.backbone.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)  # note: [pretrained-layer-replaced] "keep its kernel size"
        self.backbone.maxpool = nn.Identity()

    def forward(self, x):
        return self.backbone(x)


class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3)
        self.body = nn.Conv2d(16, 16, 3)
        self.head = nn.Linear(16, 10)

    def forward(self, x):
        return self.head(self.body(self.stem(x)).mean((2, 3)))


def own(path):
    model = Own()
    model.load_state_dict(torch.load(path))
    model.stem = nn.Conv2d(4, 16, 3)  # warning: [pretrained-layer-replaced] "first layer `stem`"
    return model


def of_timm():
    model = timm.create_model("resnet50", pretrained=True)
    model.conv1 = nn.Conv2d(1, 64, 7, 2, 3, bias=False)  # warning: [pretrained-layer-replaced] "`conv1`"
    return model


def patches_of_a_model_that_is_not_known(name, bands):
    model = timm.create_model(name, pretrained=True)
    old = model.patch_embed.proj
    model.patch_embed.proj = nn.Conv2d(bands, old.out_channels, old.kernel_size, old.stride)  # warning: [pretrained-layer-replaced] "first layer `patch_embed.proj`"
    return model


def behind_a_head_that_is_read(classes):
    """The outline has some items of ``classifier``, which keep their own places."""
    model = torchvision.models.vgg16(weights="DEFAULT")
    width = model.classifier[6].in_features
    model.classifier[6] = nn.Linear(width, classes)
    model.features[0] = nn.Conv2d(1, 64, 3, padding=1)  # warning: [pretrained-layer-replaced] "first layer `features.0`"
    return model
