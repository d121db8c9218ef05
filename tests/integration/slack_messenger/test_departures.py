"""An attempt that was held up for too long sends nothing any more, wherever it was held up."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.deliveries import Deferred, Sent

from .answering import FakeSlack, Said, answering, messenger_of
from .deliveries import FILE, delivery, reply
from .test_verdicts import TAKEN, THREAD

SLEEPER = Path(__file__).with_name("sleeper.py")


@dataclass
class Steps:
    """A clock that goes one step further each time that somebody looks."""

    step: timedelta
    at: datetime = datetime(2026, 3, 2, tzinfo=UTC)

    def now(self) -> datetime:
        self.at += self.step
        return self.at


async def test_a_message_that_is_too_old_never_leaves() -> None:
    async with answering(chat_postMessage=TAKEN) as slack:
        async with messenger_of(slack.url, Steps(timedelta(seconds=3))) as messenger:
            outcome = await messenger.post(delivery())
        assert isinstance(outcome, Deferred)
        assert slack.asked == []


async def test_a_clock_that_is_set_back_holds_nothing_up() -> None:
    backwards = Steps(timedelta(minutes=-10))
    async with answering(chat_postMessage=TAKEN) as slack, messenger_of(slack.url, backwards) as messenger:
        assert isinstance(await messenger.post(delivery()), Sent)


async def test_a_file_has_the_time_of_three_requests() -> None:
    async with answering() as slack, messenger_of(slack.url, Steps(timedelta(seconds=2))) as messenger:
        upload = slack.url.replace("/api/", "/upload")
        slack.answers["files.getUploadURLExternal"] = [Said({"ok": True, "upload_url": upload, "file_id": "F1"})]
        assert isinstance(await messenger.post(reply(FILE, THREAD)), Sent)
        assert len(slack.asked) == 3


@pytest.fixture
def started() -> Iterator[list[asyncio.subprocess.Process]]:
    """Processes that are ended with the test, stopped or not."""
    processes: list[asyncio.subprocess.Process] = []
    yield processes
    for process in processes:
        if process.returncode is None:
            process.kill()


async def stopped(
    slack: FakeSlack, timeout_s: float, started: list[asyncio.subprocess.Process]
) -> asyncio.subprocess.Process:
    """A process with a connection to Slack that stopped itself before it wrote anything."""
    command = (sys.executable, str(SLEEPER), slack.url, str(timeout_s))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    started.append(process)
    told = os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT
    await asyncio.to_thread(os.waitid, *told)
    return process


@pytest.mark.parametrize(
    ("slept_s", "outcome", "asked"), [(0.0, "Sent", 1), (1.2, "Deferred", 0)], ids=["short", "long"]
)
async def test_a_process_that_was_stopped_for_too_long_sends_nothing_when_it_wakes_up(
    started: list[asyncio.subprocess.Process], slept_s: float, outcome: str, asked: int
) -> None:
    async with answering(chat_postMessage=TAKEN) as slack:
        process = await stopped(slack, 1.0, started)
        # Real time has to go by for a real process, and nothing tells when it has.
        await asyncio.sleep(slept_s)
        process.send_signal(signal.SIGCONT)
        said, _ = await process.communicate()
        assert (said.decode().strip(), len(slack.asked)) == (outcome, asked)
