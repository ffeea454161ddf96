"""Short texts that more than one format shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from winit_lint.finding import Evidence, Finding, Fix, Severity, SignalEffect

_SAFETY = {
    "safe": "safe fix",
    "unsafe": "unsafe fix: changes what is drawn or built",
    "display": "suggestion",
}


def effect_text(effect: SignalEffect) -> str:
    """``forward x0.61, backward x0.39; x0.00006 forward over 14 layers``; "" when nothing is known."""
    here = _ratios((("forward", effect.forward), ("backward", effect.backward)))
    layers = effect.layers or 0
    chain = _ratios((("forward", effect.path_forward), ("backward", effect.path_backward))) if layers > 1 else ""
    return "; ".join(part for part in (here, f"{chain} over {layers} layers" if chain else "") if part)


def evidence_text(evidence: Evidence) -> str:
    """``confirmed by net.py::Net: forward 0.61, predicted 0.6``; the reason where nothing was measured."""
    by = f" by {evidence.target}" if evidence.target is not None and evidence.status != "not reached" else ""
    told = [f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}" for name, value in evidence.values]
    rest = ", ".join(([evidence.why] if evidence.why is not None else []) + told)
    return f"{evidence.status}{by}" + (f": {rest}" if rest else "")


def fix_text(fix: Fix) -> str:
    """The fix's title with its safety."""
    return f"{fix.title}   [{_SAFETY.get(fix.safety, fix.safety)}]"


def summary_text(findings: Sequence[Finding], files: int, incomplete: bool) -> str:
    """``1 error, 2 warnings, 0 notes in 3 files checked``."""
    counts = Counter(finding.severity for finding in findings)
    parts = ", ".join(_count(counts[severity], severity.value) for severity in reversed(Severity))
    end = " (incomplete: the run was interrupted)" if incomplete else ""
    return f"{parts} in {_count(files, 'file')} checked{end}"


def _ratios(pairs: tuple[tuple[str, float | None], ...]) -> str:
    return ", ".join(f"{name} x{_number(value)}" for name, value in pairs if value is not None)


def _number(value: float) -> str:
    return f"{value:.2f}" if 0.095 <= abs(value) < 10 else f"{value:.2g}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
