"""The side of the test: begins forks, hears them, and learns how they end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_PROGRAM = Path(__file__).with_name("program.py")
_PROJECT = Path(__file__).parents[2]
_LONGEST_LINE = 2**22


class Fork:
    """A process, as :class:`asyncio.subprocess.Process` is one: with ``stdout``, ``stderr`` and its return code."""

    def __init__(self, pid: int, stdout: asyncio.StreamReader, stderr: asyncio.StreamReader, end: Pipe) -> None:
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr
        self._end = asyncio.create_task(self._hear_end(end))

    @property
    def returncode(self) -> int | None:
        """How it ended; minus the signal's number if by one, and None while it runs."""
        return self._end.result() if self._end.done() else None

    async def wait(self) -> int:
        """How it ended, once it has."""
        return await asyncio.shield(self._end)

    async def communicate(self) -> tuple[bytes, bytes]:
        """All that it says until it ends."""
        out, err, _ = await asyncio.gather(self.stdout.read(), self.stderr.read(), self.wait())
        return out, err

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal; one that has ended takes no notice."""
        if not self._end.done():
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    async def _hear_end(self, end: Pipe) -> int:
        return int(await (await end.reader()).read())


class Forks:
    """Where forks begin."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders

    async def begin(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> Fork:
        """A new process that runs ``python -m bot`` with these arguments, with nothing on its standard input."""
        out, err, end = Pipe(), Pipe(), Pipe()
        order = {"arguments": list(arguments), "environment": dict(environment), "folder": str(folder)}
        socket.send_fds(self._orders, [json.dumps(order).encode()], [out.its, err.its, end.its])
        for pipe in (out, err, end):
            os.close(pipe.its)
        pid = int(self._orders.recv(32))
        return Fork(pid, await out.reader(), await err.reader(), end)


class Pipe:
    """A pipe from a fork: ``its`` end to write to, and ours to read from."""

    def __init__(self) -> None:
        self._ours, self.its = os.pipe()

    async def reader(self) -> asyncio.StreamReader:
        """What comes out of it, in the event loop that runs."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(_LONGEST_LINE, loop)
        ours = os.fdopen(self._ours, "rb", buffering=0)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader, loop=loop), ours)
        return reader


@contextmanager
def open_forks() -> Iterator[Forks]:
    """Where forks begin; when it closes, every one of them ends."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_PROJECT), "HOME": os.devnull}
    with ours, its, subprocess.Popen([sys.executable, str(_PROGRAM)], stdin=its.fileno(), env=environment) as program:
        its.close()
        yield Forks(ours)
        ours.close()
        program.wait()
