"""What somebody is told while an export is read, and when it cannot end well."""
# ruff: noqa: ARG002 — the fakes have the shapes of what they stand for

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

import pytest

from bot.domain.access import ChannelId, Person, Place, PlaceKind, Policy, Role, UserId
from bot.domain.deliveries import MessageTs
from bot.domain.errors import Unavailable
from bot.domain.formats import FileFormat
from bot.domain.intents import Export
from bot.domain.query import AuditQuery, Order, Window
from bot.domain.scopes import Scope, ScopeCatalog
from bot.entrypoints.slack.desk import Desk
from bot.entrypoints.slack.exports import Exports
from bot.entrypoints.slack.in_flight import InFlight
from bot.entrypoints.slack.requests import Request
from bot.ports import LogPage
from bot.services.authorize import Gate

from .pages import SCOPE, history
from .test_desk import FakePosts, FakeReplies


@dataclass(slots=True)
class FakeClock:
    """Goes two seconds ahead with each look at it."""

    moment: datetime = datetime(2024, 5, 6, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(seconds=2)
        return self.moment


class FakeDirectory:
    """Everybody is an owner, everywhere is public."""

    async def person(self, user: UserId) -> Person:
        return Person(user, Role.OWNER)

    async def place(self, channel: ChannelId) -> Place:
        return Place(channel, PlaceKind.PUBLIC)

    async def members(self, group: object) -> frozenset[UserId]:
        return frozenset()


@dataclass(slots=True)
class FakeLog:
    """Ten pages; ``stuck`` is set at the sixth, which never comes if ``hangs``."""

    hangs: bool = False
    stuck: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, scope: Scope, window: Window, order: Order) -> AsyncGenerator[LogPage]:
        for number in range(10):
            if number == 5:
                self.stuck.set()
                if self.hangs:
                    await asyncio.Event().wait()
            yield LogPage(history(2), 20, last=number == 9)


@dataclass(slots=True)
class FakeSurfaces:
    """Keeps what each message said, in its order, and the files' names; ``broken`` refuses what is named there."""

    said: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    broken: frozenset[str] = frozenset()

    def _refuse(self, name: str) -> None:
        if name in self.broken:
            raise Unavailable("Slack answered 503.")

    async def direct(self, user: UserId) -> ChannelId:
        return ChannelId("D1")

    async def post(self, channel: ChannelId, message: Mapping[str, object], thread: object = None) -> MessageTs:
        self._refuse("post")
        self.said.append(str(message["text"]))
        return MessageTs("1.1")

    async def change(self, channel: ChannelId, message: MessageTs, content: Mapping[str, object]) -> None:
        self._refuse("change")
        self.said.append(str(content["text"]))

    async def upload(self, channel: ChannelId, name: str, title: str, content: BinaryIO, comment: str = "") -> None:
        self._refuse("upload")
        self.files.append(name)


def exports(surfaces: FakeSurfaces, log: FakeLog) -> Exports:
    clock, catalog = FakeClock(), ScopeCatalog()
    return Exports(
        desk=Desk(FakeReplies(), FakePosts(), InFlight(), clock),
        surfaces=surfaces,  # type: ignore[arg-type] # windows are not opened here
        gate=Gate(Policy(), FakeDirectory(), catalog),
        catalog=catalog,
        whole=log,
        clock=clock,
    )


def asked() -> Request:
    return Request(UserId("U1"), ChannelId("C1"), "https://hooks.slack.com/secret", "export", "export")


WANTED = Export(AuditQuery(SCOPE), FileFormat.CSV)


async def test_somebody_is_told_how_far_it_has_come_in_one_message_that_changes() -> None:
    surfaces = FakeSurfaces()
    await exports(surfaces, FakeLog()).answer(asked(), WANTED)
    *progress, end = surfaces.said
    assert "4 of 20 events read" in progress[0]
    assert len(progress) >= 3
    assert "is in your messages with the bot" in end
    assert len(surfaces.files) == 1


@pytest.mark.parametrize("broken", ["post", "change"])
async def test_an_export_does_not_fail_because_its_progress_cannot_be_told(broken: str) -> None:
    surfaces = FakeSurfaces(broken=frozenset({broken}))
    await exports(surfaces, FakeLog()).answer(asked(), WANTED)
    assert len(surfaces.files) == 1


async def test_a_file_that_slack_does_not_take_is_told_of_where_progress_was() -> None:
    surfaces = FakeSurfaces(broken=frozenset({"upload"}))
    with pytest.raises(Unavailable):
        await exports(surfaces, FakeLog()).answer(asked(), WANTED)
    assert "could not be given to Slack" in surfaces.said[-1]


async def test_an_export_that_is_given_up_says_so() -> None:
    surfaces, log = FakeSurfaces(), FakeLog(hangs=True)
    task = asyncio.create_task(exports(surfaces, log).answer(asked(), WANTED))
    await log.stuck.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "was interrupted" in surfaces.said[-1]
    assert surfaces.files == []
