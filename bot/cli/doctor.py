"""``doctor``: what of the setup works, and what to do about what does not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from bot import logs
from bot.cli.checks import Finding, check_mondoo, check_slack
from bot.cli.output import Stream
from bot.cli.words import Exit
from bot.domain.errors import SettingsError
from bot.domain.plain import plain
from bot.settings import Settings, load
from bot.wiring.mondoo import SystemClock
from bot.wiring.retries import on_retry
from bot.wiring.scopes import scopes
from bot.wiring.subscriptions import drafts

_GREEN: Final = "\x1b[32m"
_RED: Final = "\x1b[31m"
_OFF: Final = "\x1b[0m"


def run(env_file: Path | None) -> Exit:
    """Check everything, print what was found, and return 0 if all is well, 1 if something is not, 2 if a setting."""
    out = Stream(sys.stdout.buffer)
    settings, problems = _settings(env_file)
    findings = list(problems)
    if settings is not None:
        logs.configure("error", "console", secrets=settings.secrets)
        on_retry(lambda _service, _error, _wait: None)
        if not problems:
            findings.append(Finding("Settings", good=True, said="make sense"))
        try:
            findings += asyncio.run(_look(settings))
        except SettingsError as error:
            problems.append(Finding("Settings", good=False, said=str(error), advice=error.advice))
            findings.append(problems[-1])
    for line in _lines(findings, colours=out.for_people):
        out.write(line)
    if problems:
        return Exit.MISTAKE
    return Exit.COMPLETE if all(finding.good for finding in findings) else Exit.FAILED


def _settings(env_file: Path | None) -> tuple[Settings | None, list[Finding]]:
    """The settings, and what is wrong with them; without those of Slack where only they are wrong."""
    try:
        return load(slack=True, env_file=env_file), []
    except SettingsError as error:
        problems = [Finding("Settings", good=False, said=line) for line in str(error).splitlines()]
    try:
        return load(slack=False, env_file=env_file), problems
    except SettingsError:
        return None, problems


async def _look(settings: Settings) -> list[Finding]:
    known = scopes(settings, SystemClock())
    found = [check_mondoo(settings, known)]
    if settings.slack is not None:
        channels = dict.fromkeys(draft.terms.channel for draft in drafts(settings, known))
        found.append(check_slack(settings.slack, channels))
    return [finding for findings in await asyncio.gather(*found) for finding in findings]


def _lines(findings: Iterable[Finding], *, colours: bool) -> Iterable[str]:
    for finding in findings:
        mark = "✓" if finding.good else "✗"
        if colours:
            mark = f"{_GREEN if finding.good else _RED}{mark}{_OFF}"
        yield f"{mark} {plain(finding.subject)}: {plain(finding.said)}\n"
        if finding.advice:
            yield f"    → {plain(finding.advice)}\n"
