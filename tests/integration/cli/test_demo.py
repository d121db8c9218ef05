from __future__ import annotations

import asyncio
import os
import shlex
import signal
import socket
from pathlib import Path

import httpx
import pytest

from .conftest import Begin, Command

pytestmark = pytest.mark.timeout(120)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def children(process: int) -> list[int]:
    """The processes that a process has started, and that still run."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(each) for each in found]


def runs(process: int) -> bool:
    """Whether there is such a process, and it is not merely waiting to be buried."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def environment_of(process: int) -> bytes:
    """All that a process was told at its start."""
    return Path(f"/proc/{process}/environ").read_bytes()


def written(folder: Path) -> list[Path]:
    """The questions that a demo has written down for curl."""
    return list(folder.glob("*/query.json"))


def leftovers(folder: Path) -> list[Path]:
    """The demo's temporary folders that are still there."""
    return list(folder.glob("mondoo-audit-bot-demo-*"))


async def begin_demo(begin: Begin, tmp_path: Path, *, port: int) -> Command:
    """A demo that keeps its temporary files in the test's folder, and whose user has tokens of their own."""
    theirs = {"SLACK_BOT_TOKEN": "xoxb-of-the-user", "MONDOO_API_TOKEN": "of-the-user", "TMPDIR": str(tmp_path)}
    return await begin("demo", "--port", str(port), **theirs)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_where_to_look_and_what_to_type_and_leaves_nothing_behind(
    begin: Begin, tmp_path: Path, number: signal.Signals
) -> None:
    port = free_port()
    command = await begin_demo(begin, tmp_path, port=port)
    await command.line("out", f"Open   http://127.0.0.1:{port}")
    assert "/mondoo-audit org=mondoo-organization-1" in await command.line("out", "Type")
    curl = await command.line("out", "curl")
    assert shlex.split(curl.rstrip("\\\n")) == ["curl", "-g", "-X", "POST"]
    data = shlex.split((await command.line("out", "-d ")).rstrip("\\\n"))[-1]
    assert Path(data.removeprefix("@")) in written(tmp_path)
    assert (await command.line("out", "/query")).strip() == f"http://127.0.0.1:{port}/query"
    (bot,) = children(command.process.pid)
    assert b"of-the-user" not in environment_of(bot)
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"http://127.0.0.1:{port}/")).status_code == 200
    command.signal(number)
    ended = await command.end(within_s=10)
    assert ended.status == 0
    assert ended.err == ""
    assert not runs(bot)
    assert not leftovers(tmp_path)


async def test_a_bot_that_dies_is_noticed_and_told(begin: Begin, tmp_path: Path) -> None:
    command = await begin_demo(begin, tmp_path, port=free_port())
    await command.line("out", "Ctrl-C")
    (bot,) = children(command.process.pid)
    os.kill(bot, signal.SIGKILL)
    ended = await command.end(within_s=10)
    assert ended.status == 1
    assert ended.err.startswith("The bot ended with status -9; it said:\n")
    assert "Traceback" not in ended.err
    assert not leftovers(tmp_path)


async def test_two_signals_end_it_at_once_and_leave_nothing_behind_either(begin: Begin, tmp_path: Path) -> None:
    command = await begin_demo(begin, tmp_path, port=free_port())
    await command.line("out", "Ctrl-C")
    (bot,) = children(command.process.pid)
    os.kill(bot, signal.SIGSTOP)  # so that it does not end by itself
    command.signal(signal.SIGINT)
    await command.line("out", "Stopping")
    command.signal(signal.SIGINT)
    ended = await command.end(within_s=3)
    assert ended.status == 130
    async with asyncio.timeout(3):
        while runs(bot):  # noqa: ASYNC110 — the end of a stranger's child is told to nobody
            await asyncio.sleep(0.05)
    assert not leftovers(tmp_path)


async def test_a_port_that_is_taken_is_told_with_a_way_out(begin: Begin, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = await (await begin_demo(begin, tmp_path, port=port)).end()
    assert ended.status == 2
    assert ended.err == f"Port {port} is taken; choose another with --port.\n"
    assert not leftovers(tmp_path)
