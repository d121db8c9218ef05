"""A world to strike: Mondoo and Slack in this process, a database, and lives of the bot between them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from bot.sandbox.server import Sandbox, serve
from bot.sandbox.slack import cast
from bot.sandbox.slack.settings import Transport

from .databases import Database
from .history import History, Told
from .nursery import End, Life, Nursery
from .oracle import Verdict, judge, postings, refusals

DIGESTS: Final = cast.SECURITY_AUDIT
ALERTS: Final = cast.ONCALL
PATIENCE: Final = timedelta(seconds=90)
"""Far longer than it takes even on a busy machine."""
_LOOK: Final = timedelta(seconds=0.2)
_CONFIG: Final = f"""
[[subscriptions]]
name = "digest"
channel = "{DIGESTS}"
scopes = ["org:acme-platform", "space:acme-production"]
schedule = "5s"

[[subscriptions]]
name = "alert"
mode = "alert"
channel = "{ALERTS}"
scopes = ["org:acme-platform", "space:acme-production"]
owner = "{cast.OWNER}"
"""
_SETTINGS: Final = {
    "PORT": "0",
    "LOG_FORMAT": "json",
    "CONFIG_FILE": "config.toml",
    "POLL_INTERVAL": "1s",
    "COLLECT_OVERLAP": "2m",
    "COLLECT_DEEP_SCAN": "10m",
    "MONDOO_TIMEOUT": "1s",
    "MONDOO_PATIENCE": "1s",
    "MONDOO_PAGE_SIZE": "50",
    "SLACK_TIMEOUT": "1s",
}


@dataclass(eq=False)
class World:
    """Everything around the bot, and the bot's lives in it."""

    sandbox: Sandbox
    nursery: Nursery
    database: Database
    folder: Path
    draw: Random
    history: History
    settings: dict[str, str] = field(default_factory=dict)
    """What differs from the usual settings."""
    allowed: set[str] = field(default_factory=set)
    """What Slack may refuse here."""
    chronicle: list[tuple[datetime, str]] = field(default_factory=list)
    """What was done to the bot and around it, and when."""
    may_label: bool = False
    """Whether something here keeps the bot from looking into history."""
    lives: list[Life] = field(default_factory=list)

    async def bear(self, end: End | None = None, replica: int = 0) -> Life:
        """A life of the bot, which is not ready yet."""
        clock = self._clock(replica)
        if not clock.exists():
            self.set_clock(timedelta(0), replica)
        life = await self.nursery.bear(self.folder, self._environment(), clock, end)
        self.lives.append(life)
        self.note(f"life {life.number} begins as replica {replica}, to end at {end}")
        return life

    async def start(self, end: End | None = None, replica: int = 0) -> Life:
        """A life of the bot that takes Slack's requests; from the first one on, events count."""
        life = await self.bear(end, replica)
        assert await life.ready(), f"it ended with {life.status}:\n{life.words()}"
        self.sandbox.slack.settings.request_url = f"{life.base_url}/slack/events"
        if self.history.since is None:
            self.history.begin()
        return life

    def set_clock(self, ahead: timedelta, replica: int = 0) -> None:
        """Step a replica's clock."""
        self.note(f"the clock of replica {replica} is {ahead} ahead")
        new = self._clock(replica).with_suffix(".new")
        new.write_text(str(ahead.total_seconds()))
        new.replace(self._clock(replica))

    def note(self, what: str) -> None:
        """Write something into the chronicle."""
        self.chronicle.append((datetime.now(UTC), what))

    async def delivered(self, within: timedelta = PATIENCE) -> Verdict:
        """The verdict, once nothing is lost and nothing waits, or at the end of patience."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                while self.verdict().lost or await self.database.waiting():  # noqa: ASYNC110 — a database tells no news
                    await asyncio.sleep(_LOOK.total_seconds())
        except TimeoutError:
            verdict = self.verdict()
            verdict.complaints.append(f"after {within}, {await self.database.waiting()} parts wait in the outbox")
            return verdict
        return self.verdict()

    def verdict(self) -> Verdict:
        """What the oracle says now."""
        workspace = self.sandbox.slack.workspace
        expected = {DIGESTS: self.history.expected(Told.DIGEST), ALERTS: self.history.expected(Told.ALERT)}
        refused = refusals(workspace, allowed=self.allowed)
        return judge(expected, postings(workspace), may_label=self.may_label, refusals=refused)

    def _clock(self, replica: int) -> Path:
        return self.folder / f"clock-{replica}"

    def _environment(self) -> Mapping[str, str]:
        sandbox = {name: value for name, value in self.sandbox.environment.items() if name != "SLACK_APP_TOKEN"}
        usual = {"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder), "DATABASE_URL": self.database.url}
        return {**usual, **sandbox, **_SETTINGS, **self.settings}


@asynccontextmanager
async def open_world(
    nursery: Nursery, database: Database, folder: Path, seed: int, settings: Mapping[str, str] | None = None
) -> AsyncIterator[World]:
    """A world without a bot; every life in it ends when it closes."""
    (folder / "config.toml").write_text(_CONFIG)
    draw = Random(seed)
    async with serve(port=0, page=False, seed=seed) as sandbox:
        sandbox.mondoo.configure(requests_per_minute=None)
        sandbox.slack.settings.transport = Transport.HTTP
        sandbox.slack.settings.rate_factor = 0
        world = World(sandbox, nursery, database, folder, draw, History(sandbox.mondoo, draw), dict(settings or {}))
        try:
            yield world
        finally:
            for life in world.lives:
                if life.is_alive:
                    await life.kill()
