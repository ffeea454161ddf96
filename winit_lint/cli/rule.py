"""``winit-lint rule``: the page of a rule, and all pages as files."""

from __future__ import annotations

from pathlib import Path

import click

from winit_lint.cli.terminal import Refusal, note, write
from winit_lint.config.settings import codes_of, unknown_rule
from winit_lint.rules.catalogue import RULES
from winit_lint.rules.page import contents, page


@click.command("rule")
@click.argument("name", required=False, metavar="CODE|NAME")
@click.option("--all", "every", is_flag=True, help="All pages.")
@click.option(
    "--output-dir", metavar="DIR", help="With --all: write a file for each page, and a README.md of them all."
)
def command(name: str | None, every: bool, output_dir: str | None) -> None:
    """Explain a rule, given by code or name."""
    if every == (name is not None):
        raise Refusal("give one rule, by code or name, or --all")
    if output_dir is not None:
        if not every:
            raise Refusal("--output-dir goes with --all only")
        _write_files(Path(output_dir))
        return
    codes = {rule.code for rule in RULES} if name is None else codes_of(name, RULES)
    if not codes:
        raise Refusal(unknown_rule(str(name), RULES))
    write("\n".join(page(rule) for rule in RULES if rule.code in codes))


def _write_files(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for rule in RULES:
            (folder / f"{rule.name}.md").write_text(page(rule), encoding="utf-8", newline="\n")
        (folder / "README.md").write_text(contents(RULES), encoding="utf-8", newline="\n")
    except OSError as error:
        raise Refusal(f"{folder}: {error.strerror or error}") from None
    note(f"winit-lint: {len(RULES)} pages written to {folder}")
