"""winit-lint: a static analyser for PyTorch weight initialisation."""

__version__ = "0.1.0"
