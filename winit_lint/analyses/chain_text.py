"""What a chain does to the signal, in words and numbers for a finding."""

from __future__ import annotations

from winit_lint.analyses.chain_index import Verdict
from winit_lint.analyses.chains import Chain


def layers_text(chain: Chain) -> str:
    """``6 layers with relu``: how long the chain is and what stands between its layers."""
    names = dict.fromkeys(link.activation for link in chain.links if link.activation != "identity")
    between = f" with {' and '.join(names)}" if names else " with no activation between"
    return f"{chain.length} layer{'s' if chain.length > 1 else ''}{between}"


def path_text(chain: Chain) -> str:
    """``the signal's second moment x2.1e-05, the gradient's x0.00013``; the gradient's only where it is known."""
    ahead = "" if chain.forward is None else f"the signal's second moment x{chain.forward:.2g}"
    back = "" if chain.backward is None or chain.length < 2 else f"the gradient's x{chain.backward:.2g}"
    return ", ".join(part for part in (ahead, back) if part)


def effect_text(verdict: Verdict) -> str:
    """The layer's own factor, and the chain's where it is longer than the layer; empty where neither is known."""
    effect, chain = verdict.effect, verdict.chain
    if effect is None or chain is None or effect.forward is None:
        return ""
    here = f"second moment x{effect.forward:.2g} here"
    return f"{here}, over the {layers_text(chain)} of its chain {path_text(chain)}" if chain.length > 1 else here
