"""Patches a class of another file when it is imported."""

import parts_to_patch

_before = parts_to_patch.Block.reset


def reset(self):
    _before(self)
    self.weight.data.mul_(10)


parts_to_patch.Block.reset = reset
