"""``winit-lint probe``: what every parameter of a model holds once it is built, measured."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click

from winit_lint.analyses.readers import read_by
from winit_lint.cli.options import choices, resolver, rule_options, settings_options
from winit_lint.cli.probe_account import account
from winit_lint.cli.probe_files import check, file_options, write_files
from winit_lint.cli.probe_options import probe_options, probing
from winit_lint.cli.sweep import asked, sweep_options, swept
from winit_lint.cli.terminal import ProgressBar, Refusal, columns, note, wants_colour, write
from winit_lint.config.files import Resolver
from winit_lint.config.settings import ConfigError, Settings, enabled
from winit_lint.finding import Severity
from winit_lint.inspection import document
from winit_lint.ir.sweep import Sweep
from winit_lint.probe.inputs import InputFormError, Inputs, parse_inputs
from winit_lint.probe.launch import NotEnforcedError, Options
from winit_lint.probing import Proof, Subject, proofs
from winit_lint.reports.probe import enforcement, remark
from winit_lint.reports.probe_account import Account
from winit_lint.reports.probe_document import finite, more
from winit_lint.reports.sweep_words import as_document
from winit_lint.rules.catalogue import RULES
from winit_lint.rules.names import NAMES
from winit_lint.source.target import TargetFormError, parse_target


@click.command("probe")
@click.argument("targets", nargs=-1, metavar="TARGET...")
@settings_options
@rule_options
@probe_options
@click.option(
    "--input-size",
    "input_sizes",
    multiple=True,
    metavar="[NAME=]SIZES[:DTYPE[:LOW..HIGH]]",
    help="An argument of forward, the batch first; repeatable: 4,3,64,64, input_ids=2,16:int64:0..1000.",
)
@click.option(
    "--checkpoint", metavar="FILE", help="Tell which parameters FILE reaches: safetensors, or torch's own format."
)
@sweep_options
@file_options
@click.option("--no-fold", is_flag=True, help="A row for each parameter: fold no identical entries of lists.")
@click.option("--output-format", type=click.Choice(["full", "json"]), default="full", show_default=True)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
def command(
    targets: tuple[str, ...],
    config: str | None,
    isolated: bool,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    seeds: int,
    sandbox: str,
    time_limit: float,
    memory_limit: float,
    meta: bool,
    supply_arguments: bool,
    require_probe: bool,
    input_sizes: tuple[str, ...],
    checkpoint: str | None,
    width_sweeps: tuple[str, ...],
    depth_sweeps: tuple[str, ...],
    html: str | None,
    plot: str | None,
    no_fold: bool,
    output_format: str,
    color: str,
) -> None:
    """Build each TARGET in a process of its own, run it once, and show what its parameters really hold.

    This runs the code of the target. The process gets an empty environment and a folder of its own, limits of time and
    memory, and no network and no way to write elsewhere as far as the kernel can enforce that; what held is told.

    TARGET is path/to/file.py::Name or package.module:Name, either with arguments, which are literals and calls of what
    the file names: "vit.py::vit(depth=2)". Without any, the targets of `probe.targets` are probed. What `forward` takes
    is worked out where --input-size does not say it; without it everything but the signal is measured.

    A target that can't be built or run is one line, WI008. Exit codes: 0 done, 1 a finding at or above --fail-on where
    that is given, 2 nothing to probe, or with --require-probe a target that could not be.
    """
    settings = resolver(NAMES, config, isolated, choices(NAMES, select, extend_select, ignore, fail_on))
    options = replace(probing(seeds, sandbox, time_limit, memory_limit, meta, supply_arguments), checkpoint=checkpoint)
    if checkpoint is not None and os.path.isdir(checkpoint):
        raise Refusal(f"--checkpoint: {checkpoint} is a folder; name a file in it")
    if checkpoint is not None and not os.path.isfile(checkpoint):
        raise Refusal(f"--checkpoint: no such file: {checkpoint}")
    check(html, plot)
    wanted = asked(width_sweeps, depth_sweeps)
    with _refusing():
        here = settings.of_folder(os.getcwd())
        subjects = _subjects(targets or here.probe_targets, here, _given(input_sizes))
        found = probed(subjects, options, settings)
        swept_sizes = swept(subjects, wanted, options)
    accounts = [account(proof, _document(proof, each), each) for proof, each in zip(found, swept_sizes, strict=True)]
    if output_format == "json":
        # a target of the settings is one of a list, even where there are no others
        _show_documents(accounts, alone=len(targets) == 1)
        _tell_failures(found)
    else:
        _show_tables(found, accounts, fold=not no_fold, colour=wants_colour(color))
    write_files(accounts, html, plot)
    click.get_current_context().exit(_exit_code(found, here.fail_on if fail_on else None, require_probe))


@contextmanager
def _refusing() -> Iterator[None]:
    """Says in one line what of the settings, targets or inputs can't be understood, or not be enforced."""
    try:
        yield
    except (ConfigError, TargetFormError) as error:
        raise Refusal(str(error)) from None
    except InputFormError as error:
        raise Refusal(f"--input-size: {error}") from None
    except NotEnforcedError as error:
        raise Refusal(f"--sandbox require: {error}") from None


def _given(input_sizes: Sequence[str]) -> Inputs | None:
    return parse_inputs(input_sizes) if input_sizes else None


def _subjects(texts: Sequence[str], settings: Settings, given: Inputs | None) -> list[Subject]:
    if not texts:
        raise Refusal("no target; write path/to/file.py::Name, or list some as `probe.targets` in the settings")
    return [subject(text, settings, given) for text in texts]


def subject(text: str, settings: Settings, given: Inputs | None = None) -> Subject:
    """A target with its inputs: those given, else what the settings say of it.

    Raises:
        TargetFormError: it is none, or names no class or function.
        ConfigError: the settings describe its inputs in a form that can't be understood.
    """
    target = parse_target(text)
    if target.name is None:
        raise TargetFormError(f"`{text}` names a whole file; write {text}::Name with a class or function of it")
    forms = next((forms for name, forms in settings.probe_inputs if name in {text, text.partition("(")[0]}), None)
    if given is None and forms is not None:
        try:
            given = parse_inputs(forms, "configuration")
        except InputFormError as error:
            raise ConfigError(f"{settings.sources.get('probe', 'settings')}: `probe.inputs`: {error}") from None
    return Subject(text, target, given)


def probed(subjects: Sequence[Subject], options: Options, settings: Resolver) -> list[Proof]:
    """The probe of each subject, by the rules that are switched on for its file."""
    switched_on = [
        enabled(settings.of_file(path), NAMES, path)
        for path in (os.path.abspath(each.target.path) for each in subjects)
    ]
    rules = [rule for rule in RULES if any(rule.code in codes for codes in switched_on)]
    with ProgressBar(label="probing") as progress:
        return list(proofs(subjects, replace(options, told=progress.stage), rules, progress))


def _document(proof: Proof, swept_sizes: Sequence[Sweep]) -> dict[str, Any]:
    model = proof.probed.model
    made = document(proof.subject.text, [] if model is None else [model], read_by, "probe")
    made.update(more(proof.probed, proof.told))
    if proof.failed is not None and model is None:  # else it is among the findings, and what is listed was measured
        made["unknown"].append({"name": proof.subject.text, "why": proof.failed.message})
    if swept_sizes:
        made["sweeps"] = [as_document(sweep) for sweep in swept_sizes]
    return made


def _tell_failures(found: Sequence[Proof]) -> None:
    for proof in found:
        if proof.failed is not None:
            failed = proof.failed
            note(f"{failed.span.path}:{failed.span.line}: note {failed.code} {failed.name}: {failed.message}")


def _show_documents(accounts: Sequence[Account], *, alone: bool) -> None:
    documents = [each.document for each in accounts]
    write(json.dumps(finite(documents[0] if alone else documents), indent=2, allow_nan=False) + "\n")


def _show_tables(found: Sequence[Proof], accounts: Sequence[Account], *, fold: bool, colour: bool) -> None:
    from winit_lint.reports.probe_text import render

    for proof, told in zip(found, accounts, strict=True):
        table = render(told, width=columns(), colour=colour, fold=fold)
        write(f"{table}{remark(proof.probed)}\n\n")
    write("".join(f"{line}\n" for line in enforcement(proof.probed for proof in found)))


def _exit_code(found: Sequence[Proof], fail_on: Severity | None, require_probe: bool) -> int:
    if not all(proof.sound for proof in found) or (require_probe and any(proof.failed for proof in found)):
        return 2
    worst = max((finding.severity.rank for proof in found for finding in proof.findings), default=-1)
    return 1 if fail_on is not None and worst >= fail_on.rank else 0
