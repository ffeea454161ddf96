"""Which of the project's initialisation functions a place belongs to, and whose methods they are."""

from __future__ import annotations

from winit_lint.ir.model import Layer, Model, Parameter
from winit_lint.ir.project import InitFunction, Project


def owned_by(function: InitFunction, layer: Layer) -> bool:
    """The function is a method of the layer's class or of one of its bases."""
    if function.owner is None:
        return False
    return any(cls == function.owner or cls.endswith(f".{function.owner}") for cls in (layer.cls, *layer.bases))


def enclosing_layers(model: Model, parameter: Parameter) -> list[Layer]:
    """The module that owns the parameter and those around it, the model itself first."""
    parts = parameter.layer.split(".") if parameter.layer else []
    paths = ["", *(".".join(parts[: end + 1]) for end in range(len(parts)))]
    return [model.by_path[path] for path in paths if path in model.by_path]


def filled_elsewhere(project: Project, model: Model, parameter: Parameter) -> bool:
    """An initialisation method of the class did not run here, but a framework or other code may call it.

    Nobody but a constructor calls ``reset_parameters`` on a model that is simply built (sharding wrappers do on one
    that was built without memory), so only a caller in the project counts for that.
    """
    ran = {project.enclosing(write.span) for write in model.writes if write.span is not None}
    layers = enclosing_layers(model, parameter)
    return any(
        (function.referenced or (function.hook and function.name != "reset_parameters"))
        and not function.name.startswith("__")
        for function in project.init_functions
        if function not in ran and any(owned_by(function, layer) for layer in layers)
    )
