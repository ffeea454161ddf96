"""What a probe found, for people: the table, the findings below it, what was not measured."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from rich.console import Console
from rich.text import Text

from winit_lint.ir.measured import Measured, Replay
from winit_lint.reports import full, sweep_text
from winit_lint.reports.context import Context
from winit_lint.reports.inspect import summary, told_unknown
from winit_lint.reports.inspect_cells import file_names, shortened
from winit_lint.reports.printable import plain
from winit_lint.reports.probe_account import Account
from winit_lint.reports.probe_rows import blocks, number
from winit_lint.reports.probe_table import lines
from winit_lint.reports.text_columns import wrapped

_WHATEVER = 100_000


def render(account: Account, *, width: int | None, colour: bool, fold: bool = True) -> str:
    """The account in lines of at most ``width`` columns (code frames are as wide as they are)."""
    output = StringIO()
    console = Console(file=output, width=_WHATEVER, force_terminal=colour, no_color=not colour, highlight=False)
    for line in _table(account, console, width, fold):
        console.print(line, soft_wrap=True)
    context = Context(0, texts=account.texts, colour=colour)
    output.writelines(f"\n{block}" for block in full.blocks(account.findings, context))
    if account.findings:
        output.write("\n")
    for line in _remarks(account, width):
        console.print(line, soft_wrap=True)
    for sweep in account.sweeps:
        output.write("\n")
        for line in sweep_text.lines(sweep, width):
            console.print(line, soft_wrap=True)
    return output.getvalue()


def results(measured: Measured, *, told: bool = False) -> Iterator[tuple[str, str]]:
    """(what, text) of what was measured of the model as a whole, and of what was not.

    ``told`` says that a finding tells of a failed forward pass already.
    """
    if measured.replay is not None:
        yield "replayed", _replayed(measured.replay)
    signal, loss, covered = measured.signal, measured.loss, measured.coverage
    if signal is not None:
        into = "" if signal.input is None else f"; the input's second moment is {number(signal.input)}"
        yield "signal", f"step 0, {signal.builds} of {measured.seeds} builds, backward from {signal.target}{into}"
    if loss is not None:
        spread = f" ± {number(loss.error)} over {loss.builds} builds" if loss.builds > 1 else ""
        value = f"{number(loss.value)}{spread} at `{loss.head}`"
        yield "loss at step 0", f"{value}; ln {loss.classes} = {number(loss.expected)}"
    if covered is not None:
        counts = (
            f"{len(covered.loaded)} tensors loaded",
            f"{len(covered.missing)} stay as drawn",
            f"{len(covered.unexpected)} tensors reach nothing",
            f"{len(covered.mismatched)} shapes differ",
        )
        off = f" once `{covered.prefix}` is taken off its names, as load_state_dict does not" if covered.prefix else ""
        yield "checkpoint", f"{covered.file}: {', '.join(counts)}{off}"
    for each in measured.skipped:
        if not (told and each.forward):
            yield "not measured", f"{each.what}: {each}"


def _replayed(replay: Replay) -> str:
    counts = (
        (replay.whole, "as a whole"),
        (replay.sampled, "a part of their entries"),
        (replay.real, "real, being small"),
        (replay.unknown, "not known"),
    )
    return f"{replay.why}; parameters one at a time: " + ", ".join(f"{n} {how}" for n, how in counts if n)


def _table(account: Account, console: Console, width: int | None, fold: bool) -> Iterator[Text]:
    document = account.document
    yield from wrapped(plain(account.target), width, "bold")
    if account.model is None:
        return
    if document["parameters"]:
        files = shortened(file_names(document))
        for path, name in files.items():
            if name != path:
                meant = f"{plain(name)} is" if name else "line numbers are of"
                yield from wrapped(f"{meant} {plain(path)}", width, "dim")
        yield from lines(blocks(account, files, fold=fold), width, console)
    for text in told_unknown(document):
        yield from wrapped(text, width, "yellow")
    yield from wrapped(summary(document), width, "bold")


def _remarks(account: Account, width: int | None) -> Iterator[Text]:
    measured = account.model.measured if account.model is not None else None
    told = any(finding.code == "WI008" for finding in account.findings)
    for what, text in results(measured, told=told) if measured is not None else ():
        yield from wrapped(plain(f"{what}: {text}"), width, "yellow" if what == "not measured" else "")
