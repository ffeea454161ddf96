"""``winit-lint check``: findings and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, final

import click

from winit_lint import driver
from winit_lint.baseline import BaselineError, read_baseline, unlisted, write_baseline
from winit_lint.cache import FOLDER, Store
from winit_lint.cli.arguments import ArgumentFileError, listed
from winit_lint.cli.fix import list_fixes, show_diff, tell_fixable, write_fixes
from winit_lint.cli.options import budget_option, choices, resolver, rule_options, settings_options
from winit_lint.cli.probe_options import probe_options, probing
from winit_lint.cli.terminal import ProgressBar, Refusal, note, wants_colour, write
from winit_lint.config.files import Resolver
from winit_lint.config.settings import ConfigError, Settings
from winit_lint.engine import Dask, EngineError
from winit_lint.finding import Finding
from winit_lint.job import Outcome, Request
from winit_lint.reading import files_of
from winit_lint.reports.context import Context
from winit_lint.reports.formats import FORMATS
from winit_lint.rules.deferred import RULES
from winit_lint.rules.names import NAMES
from winit_lint.source.text import SourceText

if TYPE_CHECKING:
    from winit_lint.cli.check_probe import Proved
    from winit_lint.fixer import Change
    from winit_lint.rule import Rule


@final
@dataclass(frozen=True)
class _Options:
    """The options of the command that are no settings."""

    paths: tuple[str, ...]
    files_from: str | None
    stdin_filename: str | None
    force_exclude: bool
    show_files: bool
    output_format: str | None
    color: str
    statistics: bool
    show_unknown: bool
    exit_zero: bool
    strict: bool
    fail_on_empty: bool
    baseline: str | None
    write_baseline: str | None
    fix: bool
    fix_only: bool
    unsafe_fixes: bool
    diff: bool
    show_fixes: bool
    exit_non_zero_on_fix: bool
    jobs: int | None
    executor: str
    scheduler: str | None
    no_cache: bool
    cache_dir: str | None
    probe: bool
    seeds: int
    sandbox: str
    time_limit: float
    memory_limit: float
    meta: bool
    supply_arguments: bool
    require_probe: bool


@click.command("check")
@click.argument("paths", nargs=-1)
@settings_options
@rule_options
@budget_option
@click.option(
    "--probe", is_flag=True, help="Build the settings' `probe.targets`, and hold the findings against what is measured."
)
@probe_options
@click.option("--files-from", metavar="FILE", help="Read further paths from FILE, one a line (- for standard input).")
@click.option("--stdin-filename", metavar="NAME", help="The name of the text on standard input (with the path -).")
@click.option("--force-exclude", is_flag=True, help="Apply `exclude` to files that are named, too.")
@click.option("--show-files", is_flag=True, help="List the files that would be linted.")
@click.option("--output-format", type=click.Choice(list(FORMATS)), help="Default: full; github inside GitHub Actions.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--show-unknown", is_flag=True, help="List what could not be worked out, with counts.")
@click.option("--exit-zero", is_flag=True, help="Findings do not make the exit code 1.")
@click.option("--strict", is_flag=True, help="Notes count as warnings.")
@click.option("--fail-on-empty", is_flag=True, help="No file to check makes the exit code 2.")
@click.option("--baseline", metavar="FILE", help="Leave out the findings that FILE lists.")
@click.option("--write-baseline", metavar="FILE", help="Write the findings to FILE as the baseline.")
@click.option("--fix", is_flag=True, help="Apply the safe fixes: no number drawn and no shape changes.")
@click.option(
    "--fix-only", is_flag=True, help="As --fix, but nothing is reported, and what is left makes no exit code 1."
)
@click.option("--unsafe-fixes/--no-unsafe-fixes", help="Count the unsafe fixes in, for --fix, --diff and what is told.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing; exit code 1 if anything.")
@click.option("--show-fixes", is_flag=True, help="List the fixes that were applied, by file and rule.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Applied fixes make the exit code 1.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Processes. Default: one a processor.")
@click.option(
    "--executor",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Who checks the files: processes of this machine, or the workers of a Dask scheduler.",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="With --executor dask: the scheduler, tcp://HOST:8786 for example."
)
@click.option("--no-cache", is_flag=True, help="Neither use nor keep the findings of earlier runs.")
@click.option(
    "--cache-dir", metavar="DIR", help=f"Where findings are kept. Default: {FOLDER} beside the settings file."
)
def command(
    config: str | None,
    isolated: bool,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    max_steps: int | None,
    **rest: object,
) -> None:
    """Lint files and folders; `-` is standard input, @FILE stands for the arguments in FILE.

    Without a path the working directory is linted.
    """
    options = _Options(**rest)  # type: ignore[arg-type]
    settings = resolver(NAMES, config, isolated, choices(NAMES, select, extend_select, ignore, fail_on, max_steps))
    try:
        code = _check(options, settings)
    except (ConfigError, BaselineError, ArgumentFileError, EngineError) as error:
        raise Refusal(str(error)) from None
    click.get_current_context().exit(code)


def _check(options: _Options, settings: Resolver) -> int:
    settings.of_folder(os.getcwd())  # a mistake in the settings is told even when there is no file
    request = _request(options)
    proved: Proved | None = None
    if options.probe and not options.show_files:
        from winit_lint.cli.check_probe import prove

        limits = options.time_limit, options.memory_limit
        switches = options.meta, options.supply_arguments
        proved = prove(settings, probing(options.seeds, options.sandbox, *limits, *switches))
        request = replace(request, measured=proved.claims)
    if options.show_files:
        found = files_of(request, settings)
        write("".join(f"{file.path}\n" for file in found.files))
        return 2 if _told_missing(found.missing) else 0
    accepted = read_baseline(options.baseline) if options.baseline is not None else None
    with ProgressBar() as progress:
        outcome = driver.run(
            request, settings, RULES, driver.static_front_end(), progress, _store(options, settings), _engine(options)
        )
    for notice in outcome.notices:
        note(f"winit-lint: {notice}")
    _told_missing(outcome.missing)

    def new(run: Outcome) -> Sequence[Finding]:
        if options.baseline is None or accepted is None:
            return run.findings
        return unlisted(run.findings, accepted, options.baseline, run.texts)

    def lint(texts: Mapping[str, SourceText]) -> Sequence[Finding]:
        return new(driver.run(replace(request, replaced=texts), settings, RULES, driver.static_front_end()))

    findings = new(outcome)
    changes: list[Change] = []
    if outcome.interrupted is None and (options.fix or options.fix_only or options.diff):
        make = show_diff if options.diff else write_fixes
        changes = make(outcome, findings, lint, unsafe=options.unsafe_fixes)
        if options.show_fixes:
            list_fixes(changes)
        if options.diff:
            return 2 if outcome.broken else 1 if changes else 0
        if changes:
            outcome = driver.run(request, settings, RULES, driver.static_front_end())
            findings = new(outcome)
        if options.fix_only:
            return 2 if outcome.broken else 1 if changes and options.exit_non_zero_on_fix else 0
    if options.write_baseline is not None and outcome.interrupted is None:
        return _written(options.write_baseline, findings, outcome)
    findings = proved.joined(findings) if proved is not None else findings
    _report(options, findings, outcome)
    if proved is not None and (not proved.sound or (options.require_probe and proved.failed)):
        return 2
    return max(_exit_code(options, findings, outcome), 1 if changes and options.exit_non_zero_on_fix else 0)


def _engine(options: _Options) -> Dask | None:
    """Who checks the files instead of this machine."""
    if (options.executor == "dask") != (options.scheduler is not None):
        raise Refusal("--executor dask and --scheduler ADDRESS go together")
    return Dask(options.scheduler) if options.scheduler is not None else None


def _store(options: _Options, settings: Resolver) -> Store | None:
    """Where findings are kept; None where a fix needs the texts of all files, or nothing is to be kept."""
    if options.no_cache or options.fix or options.fix_only or options.diff:
        return None
    folder = options.cache_dir or os.path.join(settings.of_folder(os.getcwd()).root, FOLDER)
    return Store(os.path.abspath(folder), lambda message: note(f"winit-lint: warning: {message}"))


def _request(options: _Options) -> Request:
    paths = list(options.paths)
    writes = (options.fix or options.fix_only) and not options.diff
    if writes and (options.write_baseline is not None or "-" in paths):
        raise Refusal("--fix goes neither with --write-baseline nor with the path -")
    if options.files_from is not None:
        paths += listed(options.files_from)
    elif not paths:
        paths = ["."]
    if "" in paths:
        raise Refusal("an empty path names no file; write . for the working directory")
    stdin = None
    if "-" in paths:
        if options.files_from == "-":
            raise Refusal("standard input can't be both the text and the list of files")
        paths = [path for path in paths if path != "-"]
        stdin = sys.stdin.buffer.read()
    elif options.stdin_filename is not None:
        raise Refusal("--stdin-filename needs the path -")
    return Request(
        paths,
        stdin,
        options.stdin_filename or "<stdin>",
        options.force_exclude,
        options.jobs or os.cpu_count() or 1,
    )


def _told_missing(missing: Sequence[str]) -> bool:
    for path in missing:
        note(f"winit-lint: error: no such file or folder: {path}")
    return bool(missing)


def _written(path: str, findings: Sequence[Finding], outcome: Outcome) -> int:
    count = write_baseline(path, findings, outcome.texts)
    note(f"winit-lint: {count} {'finding' if count == 1 else 'findings'} written to {path}")
    return 2 if outcome.broken else 0


def _report(options: _Options, findings: Sequence[Finding], outcome: Outcome) -> None:
    chosen = options.output_format or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "full")
    context = Context(
        files=outcome.files,
        texts=outcome.texts,
        rules=_ran(outcome) if chosen == "sarif" else (),
        colour=wants_colour(options.color),
        statistics=options.statistics,
        incomplete=outcome.interrupted is not None,
    )
    write(FORMATS[chosen](findings, context))
    if chosen in {"full", "concise"}:
        tell_fixable(findings, unsafe=options.unsafe_fixes)
    if options.show_unknown:
        _tell_unknown(outcome)
    if not outcome.files:
        note("winit-lint: 0 files checked")


def _ran(outcome: Outcome) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if rule.code in outcome.ran)


def _tell_unknown(outcome: Outcome) -> None:
    for why, count in sorted(outcome.unknowns.items(), key=lambda item: (-item[1], item[0])):
        note(f"{count:>6}  {why}")
    note(f"{outcome.unknowns.total():>6}  unknown in all")


def _exit_code(options: _Options, findings: Sequence[Finding], outcome: Outcome) -> int:
    if outcome.interrupted is not None:
        return 128 + outcome.interrupted
    if outcome.broken or (options.fail_on_empty and not outcome.files):
        return 2
    if options.exit_zero:
        return 0
    mildest = 1 if options.strict else 0
    default = Settings("").fail_on
    for finding in findings:
        settings = outcome.settings.get(finding.span.path)
        threshold = settings.fail_on if settings is not None else default
        if max(finding.severity.rank, mildest) >= threshold.rank:
            return 1
    return 0
