"""Builds a model and measures it: the one entry of this package's measuring half."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

import torch
from torch import nn

from winit_lint.ir.model import Model
from winit_lint.probe.capture import Build, capture
from winit_lint.probe.creations import Creations
from winit_lint.probe.inputs import Inputs
from winit_lint.probe.places import Places
from winit_lint.probe.recorder import Recorder


def measure(
    build: Callable[[], nn.Module], *, inputs: Inputs | None, seeds: int, stage: Callable[[str], None]
) -> Model:
    """The model that ``build`` makes, with all that can be measured of it.

    ``build`` runs several times, each time from a fixed seed. ``stage`` is told what begins. What the model's own code
    raises during construction is passed on; where its forward pass raises, the rest is measured still.
    """
    stage("build")
    first = recorded(build, 0)
    return capture(first)


def recorded(build: Callable[[], nn.Module], seed: int) -> Build:
    """One build with everything that it writes on record."""
    places = Places()
    recorder, creations = Recorder(places), Creations(places)
    with recorder.recording(), creations.recording():
        module = built_by(build, seed)
    return Build(module, places, recorder.histories, creations)


def built_by(build: Callable[[], nn.Module], seed: int) -> nn.Module:
    """One build from a seed. Calls are traced up to this frame: it marks where the project's code begins."""
    torch.manual_seed(seed)
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed)
    return build()
