"""A family of models over several files."""

from .layers import Scaled, fill
from .root import Root

__all__ = ["Root", "Scaled", "fill"]
