"""The protocol of transformers on a source of its own: a stand-in of the package, as it is laid out."""

from pathlib import Path
from textwrap import dedent

from winit_lint.cli.inspect import models_of
from winit_lint.ir.project import Project
from winit_lint.ir.write import Origin
from winit_lint.rule import Pass
from winit_lint.rules.pretrained import init_bypasses_loaded_guard
from winit_lint.source.target import Target
from winit_lint.source.text import SizeLimits

FILES = {
    "__init__.py": "",
    "models/__init__.py": "",
    "configuration_utils.py": """
        class classproperty(property):
            def __get__(self, owner, cls):
                return self.fget(cls)

        class PreTrainedConfig:
            sub_configs_defaults = {}

            @classproperty
            def sub_configs(cls):
                return {key: specs.config_class for key, specs in cls.sub_configs_defaults.items()}

            @property
            def _attn_implementation(self):
                return self._attn_implementation_internal

            @_attn_implementation.setter
            def _attn_implementation(self, value):
                self._attn_implementation_internal = value
        """,
    "modeling_utils.py": """
        import torch.nn as nn

        class PreTrainedModel(nn.Module):
            def __init__(self, config):
                raise RuntimeError("the protocol is carried out from the table")

            def _init_weights(self, module):
                if isinstance(module, nn.Linear):
                    nn.init.normal_(module.weight, std=0.02)

            def tie_weights(self):
                raise RuntimeError("the protocol is carried out from the table")
        """,
    "initialization.py": """
        def copy_(tensor, other):
            if not getattr(tensor, "_is_hf_initialized", False):
                return tensor.copy_(other)
            return tensor
        """,
    "models/angles.py": """
        import torch
        import torch.nn as nn
        from .. import initialization as init
        from ..modeling_utils import PreTrainedModel

        class Angles(PreTrainedModel):
            def __init__(self, config):
                super().__init__(config)
                self.angles = nn.Parameter(torch.empty(8))
                self.post_init()

            def _init_weights(self, module):
                if isinstance(module, Angles):
                    init.copy_(module.angles, torch.rand(8).cos().view(-1))
        """,
    "utils/__init__.py": "",
    "utils/logging.py": """
        import os

        def get_logger(name):
            level = os.getenv("VERBOSITY")
            return name.upper() if level else name
        """,
    "models/auto/__init__.py": "from .auto_factory import AutoModel",
    "models/auto/auto_factory.py": """
        import importlib

        class _LazyAutoMapping:
            def __init__(self, names):
                self.names = names

            def keys(self):
                raise RuntimeError("it would load every file that it names")

            def __contains__(self, config):
                return config.__name__ in self.names

            def __getitem__(self, config):
                module, name = self.names[config.__name__]
                return getattr(importlib.import_module(f".{module}", "transformers.models"), name)

        class BaseAuto:
            _model_mapping = None

            @classmethod
            def from_config(cls, config):
                if type(config) in cls._model_mapping.keys():
                    return cls._model_mapping[type(config)](config)
                raise ValueError("Unrecognized configuration class")

        from .names import NAMES

        NAMES.update({"TinyConfig": ("tiny", "TinyModel")})

        class AutoModel(BaseAuto):
            _model_mapping = _LazyAutoMapping(NAMES)

        def auto_class_update(cls):
            cls.from_config = classmethod(types.FunctionType(BaseAuto.from_config.__code__, {}))
            return cls

        AutoModel = auto_class_update(AutoModel)
        """,
    "models/auto/names.py": 'NAMES = {"OtherConfig": ("other", "OtherModel")}',
    "models/tiny.py": """
        import torch.nn as nn
        from ..configuration_utils import PreTrainedConfig
        from ..modeling_utils import PreTrainedModel
        from ..utils import logging
        from .auto import AutoModel

        logger = logging.get_logger(__name__)

        class TinyConfig(PreTrainedConfig):
            def __init__(self):
                self._attn_implementation = None

        class WholeConfig(PreTrainedConfig):
            sub_configs_defaults = {"inner": TinyConfig}

        class TinyModel(PreTrainedModel):
            _supports_sdpa = True

            def __init__(self, config: TinyConfig):
                super().__init__(config)
                self.layer = {"sdpa": nn.Linear, "eager": nn.Identity}[config._attn_implementation](8, 8)
                self.logger = logger
                if getattr(self, "_use_kernels", False):
                    self.more = nn.Linear(8, 8)
                self.post_init()

        class Whole(PreTrainedModel):
            def __init__(self, config: WholeConfig):
                super().__init__(config)
                for name, inner in config.sub_configs.items():
                    setattr(self, name, AutoModel.from_config(inner()))
                self.post_init()
        """,
}


def laid_out(folder: Path) -> None:
    for path, text in FILES.items():
        file = folder / "transformers" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")


def held(folder: Path, name: str) -> list[dict[str, float]]:
    """For each path the parameters of a model in ``models/tiny.py`` with their std."""
    laid_out(folder)
    target = Target(str(folder / "transformers/models/tiny.py"), name)
    return [
        {parameter.name: parameter.last.distribution.std for parameter in model.parameters if parameter.last}
        for model in models_of(target, SizeLimits())
    ]


def test_the_attention_that_a_model_chooses_is_kept_behind_a_property(tmp_path: Path) -> None:
    (found,) = held(tmp_path, "TinyModel")
    assert found["layer.weight"] == 0.02


def test_auto_classes_build_what_their_mapping_names(tmp_path: Path) -> None:
    (found,) = held(tmp_path, "Whole")
    assert sorted(found) == ["inner.layer.bias", "inner.layer.weight"]
    assert found["inner.layer.weight"] == 0.02


def test_neither_reports_nor_attributes_that_nothing_sets_make_paths(tmp_path: Path) -> None:
    assert len(held(tmp_path, "TinyModel")) == 1


def test_copies_by_a_function_that_asks_what_was_loaded_are_the_framework_s(tmp_path: Path) -> None:
    laid_out(tmp_path)
    (model,) = models_of(Target(str(tmp_path / "transformers/models/angles.py"), "Angles"), SizeLimits())
    written = model.by_name["angles"].writes[-1]
    assert (written.name, written.origin) == ("copy_", Origin.FRAMEWORK)
    findings = list(init_bypasses_loaded_guard.check(Pass(init_bypasses_loaded_guard.RULE, model, Project())))
    assert findings == []
