"""The evaluator's operations, bound together for ``State``."""

from __future__ import annotations

from winit_lint.interpreter.attribute import attribute, set_attribute
from winit_lint.interpreter.call import call_value
from winit_lint.interpreter.expression import evaluate
from winit_lint.interpreter.iteration import iterate
from winit_lint.interpreter.operators import binary, compare, truth
from winit_lint.interpreter.state import Operations
from winit_lint.interpreter.statement import execute
from winit_lint.interpreter.subscript import item

OPERATIONS = Operations(call_value, iterate, truth, attribute, set_attribute, compare, binary, item, evaluate, execute)
