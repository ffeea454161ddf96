"""How many findings each rule has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from winit_lint.finding import Finding


def counts_by_rule(findings: Sequence[Finding]) -> str:
    """A line a rule, ``count CODE name``, the most frequent first; "" without findings."""
    counts = Counter((finding.code, finding.name) for finding in findings)
    width = max((len(str(count)) for count in counts.values()), default=0)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{count:>{width}} {code} {name}\n" for (code, name), count in ordered)
