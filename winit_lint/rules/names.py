"""What all rules are called, without the rules: settings and kept findings need no more, and rules cost an import each.

A test holds the table against the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol, final


class Named(Protocol):
    """What has a code and a name: a rule, or its entry in the table."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


@final
@dataclass(frozen=True, slots=True)
class RuleName:
    """The code and the name of one rule."""

    code: str
    name: str


NAMES: Final[tuple[RuleName, ...]] = (
    RuleName("WI001", "syntax-error"),
    RuleName("WI002", "unused-suppression"),
    RuleName("WI003", "invalid-suppression"),
    RuleName("WI004", "unreadable-file"),
    RuleName("WI005", "file-too-large"),
    RuleName("WI006", "too-deeply-nested"),
    RuleName("WI007", "internal-error"),
    RuleName("WI008", "probe-failed"),
    RuleName("WI101", "xavier-before-relu"),
    RuleName("WI102", "kaiming-gain-mismatch"),
    RuleName("WI103", "kaiming-slope-misused"),
    RuleName("WI104", "selu-without-lecun"),
    RuleName("WI105", "unsupported-nonlinearity"),
    RuleName("WI106", "default-init-in-deep-plain-stack"),
    RuleName("WI107", "fixed-std-signal-loss"),
    RuleName("WI108", "trunc-normal-absolute-bounds"),
    RuleName("WI109", "unscaled-random-parameter"),
    RuleName("WI110", "init-argument-in-wrong-place"),
    RuleName("WI111", "hand-written-scale-wrong"),
    RuleName("WI112", "signal-below-norm-epsilon"),
    RuleName("WI201", "fan-from-transposed-weight"),
    RuleName("WI202", "fan-ignores-groups"),
    RuleName("WI203", "fan-on-fused-projection"),
    RuleName("WI204", "fan-on-stacked-experts"),
    RuleName("WI205", "fan-init-on-vector"),
    RuleName("WI206", "fan-mode-mismatch"),
    RuleName("WI207", "dirac-ignores-groups"),
    RuleName("WI301", "recurrent-not-orthogonal"),
    RuleName("WI302", "init-on-stacked-gates"),
    RuleName("WI303", "forget-gate-bias"),
    RuleName("WI304", "orthogonal-gain-mismatch"),
    RuleName("WI401", "constant-weight"),
    RuleName("WI402", "both-factors-zero"),
    RuleName("WI403", "identical-clones"),
    RuleName("WI404", "one-module-many-times"),
    RuleName("WI501", "parameter-never-filled"),
    RuleName("WI502", "init-never-called"),
    RuleName("WI503", "init-filter-misses-layer"),
    RuleName("WI504", "name-filter-never-matches"),
    RuleName("WI505", "init-on-temporary"),
    RuleName("WI506", "init-after-parametrization"),
    RuleName("WI507", "special-init-overwritten"),
    RuleName("WI508", "same-target-initialised-twice"),
    RuleName("WI509", "materialised-without-reset"),
    RuleName("WI510", "init-before-layers-exist"),
    RuleName("WI511", "apply-callback-ignores-argument"),
    RuleName("WI512", "init-given-wrong-object"),
    RuleName("WI513", "parameter-moved-in-constructor"),
    RuleName("WI514", "unregistered-weight"),
    RuleName("WI515", "assigned-before-super-init"),
    RuleName("WI516", "init-condition-constant"),
    RuleName("WI517", "class-name-substring-match"),
    RuleName("WI518", "stale-parameter"),
    RuleName("WI519", "reset-differs-from-constructor"),
    RuleName("WI520", "computed-buffer-not-in-reset"),
    RuleName("WI521", "init-weights-misses-parameter"),
    RuleName("WI522", "missing-post-init"),
    RuleName("WI523", "init-in-forward"),
    RuleName("WI601", "init-clobbers-pretrained"),
    RuleName("WI602", "load-result-ignored"),
    RuleName("WI603", "pretrained-never-loaded"),
    RuleName("WI604", "frozen-random-weights"),
    RuleName("WI605", "pretrained-layer-replaced"),
    RuleName("WI606", "init-bypasses-loaded-guard"),
    RuleName("WI607", "target-network-not-copied"),
    RuleName("WI701", "padding-row-overwritten"),
    RuleName("WI702", "norm-scale-gets-weight-init"),
    RuleName("WI703", "bias-none-dereference"),
    RuleName("WI704", "tied-weight-initialised-twice"),
    RuleName("WI705", "embedding-or-head-scale"),
    RuleName("WI706", "init-on-low-precision"),
    RuleName("WI707", "recipe-init-missing"),
    RuleName("WI801", "deprecated-init-name"),
    RuleName("WI802", "in-place-write-tracked"),
    RuleName("WI803", "seed-after-construction"),
    RuleName("WI804", "rank-dependent-seed"),
    RuleName("WI901", "fan-not-as-assumed"),
    RuleName("WI902", "scale-not-as-claimed"),
    RuleName("WI903", "uninitialised-memory"),
    RuleName("WI904", "signal-vanishes"),
    RuleName("WI905", "signal-explodes"),
    RuleName("WI906", "dead-units"),
    RuleName("WI907", "layers-start-identical"),
    RuleName("WI908", "checkpoint-coverage"),
    RuleName("WI909", "loss-at-init"),
)
"""In the order of the codes."""
