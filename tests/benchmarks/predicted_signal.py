"""Predicted against measured second moments, layer by layer, of the models in tests/models_for_signal.

    python tests/benchmarks/predicted_signal.py [--seeds 8] [--verbose] [PART OF A NAME ...]

Prints the median and the worst |log10 predicted/measured| over the layers of each model, forward and backward.

With 8 draws the forward median is below 0.09 and the worst layer below 0.16 for all but the deep GELU networks. At gain
sqrt 2 their variance map is steeper than 1, so that what one draw of finite width is off by grows from layer to layer:
at depth 20 the worst layer is off by 0.70 at width 512, by 0.27 at width 2048. Backward, what the theory leaves out
shows: gradients that are alike at all positions behind an average or an attention (pre-LN, ResNet, VGG), the part that
a batch normalisation takes out of the gradient of a small batch, and the same GELU networks.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from measured_signal import CASES, Case, Errors, errors, measured, predicted


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="cases whose names contain one of these")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--verbose", action="store_true", help="a line for each layer")
    options = parser.parse_args()
    chosen = [case for case in CASES if not options.parts or any(part in case.name for part in options.parts)]
    print(f"{'model':34}{'layers':>7}{'forward median':>16}{'worst':>8}  {'at':22}{'backward median':>16}{'worst':>8}")
    for case in chosen:
        started = time.perf_counter()
        show(case, options.seeds, verbose=options.verbose)
        print(f"{case.name}: {time.perf_counter() - started:.1f} s", file=sys.stderr)
    return 0


def show(case: Case, seeds: int, *, verbose: bool) -> None:
    (ahead, back), (real_ahead, real_back) = predicted(case), measured(case, seeds)
    forward, backward = errors(ahead, real_ahead), errors(back, real_back)
    if verbose:
        for path, error in forward.by_layer.items():
            told = f"{back[path]:10.3g}{real_back[path]:10.3g}" if path in backward.by_layer else ""
            print(f"  {path:28}{ahead[path]:10.3g}{real_ahead[path]:10.3g}{error:8.3f}{told}")
    worst, at = forward.worst
    row = f"{case.name:34}{len(forward.by_layer):7}{forward.median:16.3f}{worst:8.3f}  {at:22}"
    print(row + _backward(backward))


def _backward(found: Errors) -> str:
    return f"{found.median:16.3f}{found.worst[0]:8.3f}" if found.by_layer else f"{'-':>16}{'-':>8}"


if __name__ == "__main__":
    sys.exit(main())
