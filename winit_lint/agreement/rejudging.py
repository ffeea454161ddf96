"""A rule run again on the measured model: it confirms, but that it is silent there proves nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from winit_lint.agreement.facts import Facts, Value, Verdict
from winit_lint.ir.measured import Interval, Statistics
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.project import Project
from winit_lint.ir.size import Number
from winit_lint.passes import Failure, guarded
from winit_lint.rule import Pass, Rule, Scope


def rejudged(facts: Facts, rule: Rule) -> Verdict | None:
    """Confirmed where the rule says the same of the writes that really ran, with the moments that were measured."""
    if rule.scope is Scope.PROJECT:
        return None
    found = guarded(partial(lambda run: list(rule.check(run)), Pass(rule, as_measured(facts.model), Project())))
    if isinstance(found, Failure):
        return None
    finding = facts.finding
    if not any((each.symbol, each.span.line) == (finding.symbol, finding.span.line) for each in found):
        return None
    values: dict[str, Value] = {}
    for parameter in facts.parameters[:1]:
        statistics = facts.statistics(parameter)
        values = {"parameter": parameter.name, "std": None if statistics is None else statistics.std}
    return Verdict(True, values, "the rule says the same of the model that was built")


def as_measured(model: Model) -> Model:
    """The model with measured moments in place of those that the last write of a parameter promises.

    A promise within the interval of the measurement stays, so that a sample's own mean is not taken for an offset.
    """
    measured = model.measured.by_name if model.measured is not None else {}
    return replace(model, parameters=tuple(_measured(each, measured.get(each.name)) for each in model.parameters))


def _measured(parameter: Parameter, found: Statistics | None) -> Parameter:
    last = parameter.last
    if found is None or last is None or found.mean is None or found.std is None:
        return parameter
    mean, std = last.distribution.mean, last.distribution.std
    if not _within(mean, found.mean, found.mean_interval):
        mean = found.mean
    if not _within(std, found.std, found.std_interval):
        std = found.std
    written = replace(last, distribution=replace(last.distribution, mean=mean, std=std))
    return replace(parameter, writes=tuple(written if each is last else each for each in parameter.writes))


def _within(promised: Number | None, found: float, interval: Interval | None) -> bool:
    if not isinstance(promised, (int, float)):
        return False
    return interval.holds(promised) if interval is not None else promised == found
