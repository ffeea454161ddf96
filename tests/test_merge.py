"""One finding out of many: over the paths of a root, and over roots."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from winit_lint.finding import Finding, Fix, Severity, SignalEffect
from winit_lint.ir.model import Assumption, Model
from winit_lint.merge import folded, merge_paths, merge_roots, ordered, separating
from winit_lint.proposal import Rewrite
from winit_lint.source.span import Span

SPAN = Span("m.py", 3, 5, 3, 9)


def path(*assumed: str, defaults: bool = True) -> Model:
    """A path that assumed ``a``, ``!a`` (free), ``?u`` or ``?!u`` (not worked out)."""
    assumptions = []
    for word in assumed:
        name = word.strip("?!")
        text = f"not {name}" if "!" in word else name
        assumptions.append(Assumption(name, "!" not in word, text, "?" not in word))
    return Model("m.Net", "Net", "m.py", SPAN, assumptions=tuple(assumptions), defaults=defaults)


def fault(severity: Severity = Severity.WARNING, layers: int = 1, when: str | None = None) -> Finding:
    effect = SignalEffect(layers=layers)
    return Finding("WI101", "xavier-before-relu", severity, SPAN, "Net.w", f"{layers} layers", when, effect)


def merged(*explored: tuple[Model, Finding | None]) -> list[tuple[str, str | None]]:
    found = merge_paths([(model, [finding] if finding else []) for model, finding in explored])
    return [(finding.severity.value, finding.when) for finding in found]


def test_on_every_path() -> None:
    assert merged((path(), fault())) == [("warning", None)]
    assert merged((path("a"), fault()), (path("!a"), fault())) == [("warning", None)]
    assert merged((path("?u"), fault()), (path("?!u"), fault())) == [("warning", None)]


def test_a_free_condition_is_named() -> None:
    assert merged((path("a"), fault()), (path("!a"), None)) == [("warning", "a")]
    assert merged((path("a"), None), (path("!a"), fault())) == [("warning", "not a")]


def test_a_condition_that_was_not_worked_out_means_silence() -> None:
    assert merged((path("?u"), fault()), (path("?!u"), None)) == []
    assert merged((path(), fault()), (path(), None)) == []


def test_the_other_side_of_a_known_condition_is_not_needed() -> None:
    assert merged((path("?u"), fault())) == [("warning", None)]  # its other side was not explored


def test_nested_conditions() -> None:
    both = [(path(a, b), fault() if (a, b) == ("a", "b") else None) for a, b in product(("a", "!a"), ("b", "!b"))]
    assert merged(*both) == [("warning", "a and b")]
    tree = [(path("!a"), None), (path("a", "b"), fault()), (path("a", "!b"), None)]
    assert merged(*tree) == [("warning", "a and b")]
    # where `b` is asked on one side only, it alone parts the paths
    assert merged((path("!a"), fault()), (path("a", "b"), fault()), (path("a", "!b"), None))[0][1] in {"not a", "b"}


def test_unknown_and_free_conditions_mixed() -> None:
    mixed = [(path("?u", "b"), fault()), (path("?u", "!b"), None), (path("?!u"), None)]
    assert merged(*mixed) == []  # without u it is silent, whatever b
    mixed = [
        (path("?u", "b"), fault()),
        (path("?u", "!b"), None),
        (path("?!u", "b"), fault()),
        (path("?!u", "!b"), None),
    ]
    assert merged(*mixed) == [("warning", "b")]
    mixed = [(path("?u", "b"), fault()), (path("?u", "!b"), None), (path("?!u"), fault())]
    assert merged(*mixed) == [("warning", "b")]


def test_severities() -> None:
    error, note = fault(Severity.ERROR, 9), fault(Severity.NOTE, 2)
    assert merged((path("a"), error), (path("!a"), note)) == [("error", "a")]
    assert merged((path("a"), error), (path("!a"), None)) == [("error", "a")]
    # parted by an unknown only, the milder one is certain, and speaks for itself
    (found,) = merge_paths([(path("?u"), [error]), (path("?!u"), [note])])
    assert (found.severity, found.message, found.when) == (Severity.NOTE, "2 layers", None)


def test_the_same_finding_twice_on_one_path() -> None:
    found = list(merge_paths([(path(), [fault(Severity.NOTE, 2), fault(Severity.ERROR, 9)])]))
    assert [(f.severity, f.message) for f in found] == [(Severity.ERROR, "9 layers")]


def test_what_holds_of_the_defaults_needs_no_condition() -> None:
    symbolic = [(path("f", "b", defaults=False), None), (path("f", "!b", defaults=False), None)]
    assert merged((path("!f"), fault()), *symbolic) == [("warning", None)]


def test_what_only_other_arguments_show_is_parted_from_the_defaults() -> None:
    flipped, other = path("f", "!g", defaults=False), path("!f", "g", defaults=False)
    assert merged((path("!f", "!g"), None), (flipped, fault())) == [("warning", "f")]
    assert merged((path("!f", "!g"), None), (flipped, fault()), (other, None)) == [("warning", "f")]
    assert merged((path(), None), (path(defaults=False), fault())) == []


def test_roots() -> None:
    assert [f.when for f in merge_roots([fault(when="a"), fault()])] == [None]
    assert [f.when for f in merge_roots([fault(), fault(when="a")])] == [None]
    worst = merge_roots([fault(Severity.NOTE, 2), fault(Severity.ERROR, 9, "deep"), fault(Severity.WARNING, 5)])
    assert [(f.severity, f.when, f.effect.layers) for f in worst if f.effect] == [(Severity.ERROR, "deep", 9)]


def test_separating_by_conditions_that_are_not_free() -> None:
    assert separating(path("?u"), [path("?!u")]) is None
    found = separating(path("?u"), [path("?!u")], free_only=False)
    assert found is not None and [a.text for a in found] == ["u"]
    assert separating(path("a"), []) == ()


def test_many_conditions_that_only_part_together() -> None:
    names = "abcde"
    others = [path(*(f"!{n}" if n == off else n for n in names)) for off in names]
    found = separating(path(*names), others)
    assert found is not None and [a.text for a in found] == list(names)


def test_order() -> None:
    spans = [Span("b.py", 1, 1, 1, 2), Span("a.py", 2, 1, 2, 2), Span("a.py", 1, 9, 1, 10), Span("a.py", 1, 2, 1, 3)]
    findings = [Finding("WI101", "n", Severity.NOTE, span, "", "") for span in spans]
    findings.append(Finding("WI100", "n", Severity.NOTE, spans[-1], "", ""))
    assert [(f.span.path, f.span.line, f.span.column, f.code) for f in ordered(findings)] == [
        ("a.py", 1, 2, "WI100"),
        ("a.py", 1, 2, "WI101"),
        ("a.py", 1, 9, "WI101"),
        ("a.py", 2, 1, "WI101"),
        ("b.py", 1, 1, "WI101"),
    ]


def with_fix(rename: str | None = None, before: str = "", safety: str = "unsafe", symbol: str = "Net.w") -> Finding:
    fix = Fix("t", safety, (), (Rewrite(SPAN, "f", rename=rename, before=before),))
    return replace(fault(), fix=fix, symbol=symbol)


def safeties(*findings: Finding) -> list[str]:
    return [finding.fix.safety for finding in findings if finding.fix is not None]


def test_what_every_path_wants_changed_alike_is_changed() -> None:
    alike = merge_paths([(path("a"), [with_fix("g")]), (path("!a"), [with_fix("g")])])
    assert safeties(*alike) == ["unsafe"]
    unlike = merge_paths([(path("a"), [with_fix("g")]), (path("!a"), [with_fix("h")])])
    assert safeties(*unlike) == ["display"]


def test_what_only_some_paths_want_changed_stays_but_for_lines_around_it() -> None:
    def some(finding: Finding) -> list[str]:
        return safeties(*merge_paths([(path("a"), [finding]), (path("!a"), [])]))

    assert some(with_fix("g")) == ["display"]
    assert some(with_fix(before="if x:\n    ")) == ["unsafe"]
    assert some(with_fix("g", safety="safe")) == ["safe"]


def test_roots_and_symbols_of_one_line_have_to_agree() -> None:
    assert safeties(*merge_roots([with_fix("g"), with_fix("g")])) == ["unsafe"]
    assert safeties(*merge_roots([with_fix("g"), with_fix("h")])) == ["display"]
    assert safeties(*merge_roots([with_fix("g"), fault()])) == ["display"]
    assert safeties(*folded([with_fix("g"), with_fix("g", symbol="Net.v")])) == ["unsafe"]
    assert safeties(*folded([with_fix("g"), with_fix("h", symbol="Net.v")])) == ["display"]
