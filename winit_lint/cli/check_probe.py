"""``check --probe``: the targets of the settings probed, and the findings joined with what was measured."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from winit_lint.agreement.joining import Built, joined
from winit_lint.cli.probe import probed, subject
from winit_lint.cli.terminal import Refusal
from winit_lint.config.files import Resolver
from winit_lint.config.settings import ConfigError
from winit_lint.finding import Finding
from winit_lint.probe.launch import NotEnforcedError, Options
from winit_lint.probing import Proof
from winit_lint.rules.catalogue import RULES
from winit_lint.rules.refuted import Claim, measured_claims
from winit_lint.source.target import TargetFormError

_PLACE = re.compile(r"\(([^()\n]+:\d+)\)$")


@final
@dataclass(frozen=True)
class Proved:
    """The probes of a run; none where the run has no ``--probe``."""

    proofs: tuple[Proof, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What the probes themselves found, each with the root that was built, and WI008 for those that failed."""
        found: list[Claim] = []
        for proof in self.proofs:
            failed = () if proof.failed is None else (proof.failed,)
            root = "" if proof.probed.model is None else proof.probed.model.root
            found.extend(measured_claims(RULES, root, (*failed, *proof.findings)))
        return tuple(found)

    @property
    def failed(self) -> bool:
        """Some target could not be probed, or not all of it."""
        return any(proof.failed is not None for proof in self.proofs)

    @property
    def sound(self) -> bool:
        """No rule of ours failed on a model."""
        return all(proof.sound for proof in self.proofs)

    def joined(self, findings: Sequence[Finding]) -> Sequence[Finding]:
        """The findings with their evidence."""
        return tuple(joined(findings, [_built(proof) for proof in self.proofs], RULES)) if self.proofs else findings


def prove(settings: Resolver, options: Options) -> Proved:
    """Probes the targets that the settings of the working directory list.

    Raises:
        Refusal: there are none, one of them is wrong, or the sandbox is required and can't be had.
        ConfigError: the settings are wrong.
    """
    here = settings.of_folder(os.getcwd())
    if not here.probe_targets:
        raise Refusal("--probe: the settings list no `probe.targets`")
    try:
        subjects = [subject(text, here) for text in here.probe_targets]
    except TargetFormError as error:
        raise ConfigError(f"{here.sources.get('probe', 'settings')}: `probe.targets`: {error}") from None
    try:
        return Proved(tuple(probed(subjects, options, settings)))
    except NotEnforcedError as error:
        raise Refusal(f"--sandbox require: {error}") from None


def _built(proof: Proof) -> Built:
    """Where the model could not be built, the line of the project that raised stands at the end of the reason."""
    place = _PLACE.search(proof.probed.failure or "") if proof.probed.stage == "build" else None
    made_up = f" with {', '.join(proof.probed.supplied)} made up" if proof.probed.supplied else ""
    return Built(f"{proof.subject.text}{made_up}", proof.probed.model, place[1] if place is not None else None)
