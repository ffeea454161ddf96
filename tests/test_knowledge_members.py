"""The members of ``nn.Module`` against torch."""

from torch import nn

from winit_lint.knowledge.module_members import MODULE_MEMBERS


def test_the_table_has_what_every_module_has() -> None:
    names = {*dir(nn.Module()), *nn.Module.__annotations__}
    assert {name for name in names if not (name.startswith("__") and name.endswith("__"))} == MODULE_MEMBERS
