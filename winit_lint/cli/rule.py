"""``winit-lint rule``: the page of a rule."""

from __future__ import annotations

import click

from winit_lint.cli.terminal import Refusal, write
from winit_lint.config.settings import codes_of, unknown_rule
from winit_lint.rule import Rule
from winit_lint.rules.catalogue import RULES


@click.command("rule")
@click.argument("name", required=False, metavar="CODE|NAME")
@click.option("--all", "every", is_flag=True, help="All pages.")
def command(name: str | None, every: bool) -> None:
    """Explain a rule, given by code or name."""
    if every == (name is not None):
        raise Refusal("give one rule, by code or name, or --all")
    codes = {rule.code for rule in RULES} if name is None else codes_of(name, RULES)
    if not codes:
        raise Refusal(unknown_rule(str(name), RULES))
    write("\n".join(_page(rule) for rule in RULES if rule.code in codes))


def _page(rule: Rule) -> str:
    heading = f"# {rule.code} {rule.name}"
    page = rule.doc.strip()
    return f"{page}\n" if page.startswith(heading) else f"{heading}\n\n{page}\n"
