"""A program that gives birth to bots: everything is imported once, and each life is a fork of it.

So a life begins in a fraction of a second, with nothing of an earlier one in it: its own event loop, its own sockets.
It runs what ``mondoo-audit-bot run`` runs. Orders come on stdin and what became of lives goes to stdout, a line of JSON
each. A life's log goes to the socket of whoever ordered it. When stdin ends, every life ends with it.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import alembic.command
import alembic.op
import alembic.runtime.environment
import apscheduler.triggers.interval
import psycopg.types.json
import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.dialects.sqlite.pysqlite

from bot.cli.running import run
from bot.waypoints import Waypoint, listen

_LOADED = (alembic, apscheduler, psycopg, sqlalchemy)
"""What a bot imports only when it needs it."""
DYING_AT = "dying at"
"""The event in the log of a life that kills itself at a waypoint."""


class SteppingClock:
    """This machine's clock, so many seconds ahead as a file says."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=float(self._path.read_text()))


def main() -> None:
    """Take orders until there are no more."""
    gc.collect()
    gc.freeze()
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    alive: set[int] = set()
    with selectors.DefaultSelector() as ready:
        ready.register(0, selectors.EVENT_READ)
        ready.register(woken, selectors.EVENT_READ)
        rest = b""
        while True:
            for key, _ in ready.select():
                read = os.read(key.fd, 65536)
                if key.fd == woken:
                    _reap(alive)
                    continue
                if not read:
                    for pid in alive:
                        os.kill(pid, signal.SIGKILL)
                    return
                *lines, rest = (rest + read).split(b"\n")
                for line in lines:
                    _obey(json.loads(line), alive)


def _obey(order: Mapping[str, Any], alive: set[int]) -> None:
    match order:
        case {"pid": int(pid), "signal": int(number)}:
            if pid in alive:  # it is not waited for yet, so its number is nobody else's
                os.kill(pid, number)
        case _:
            sys.stdout.flush()
            pid = os.fork()
            if pid == 0:
                _live(order)
            alive.add(pid)
            _tell({"life": order["life"], "pid": pid})


def _reap(alive: set[int]) -> None:
    for pid in tuple(alive):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            alive.discard(pid)
            _tell({"pid": pid, "ended": os.waitstatus_to_exitcode(status)})


def _tell(news: Mapping[str, object]) -> None:
    os.write(1, json.dumps(news).encode() + b"\n")


def _live(order: Mapping[str, Any]) -> NoReturn:
    """Be a bot, in a process of its own."""
    status = 70
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.closerange(3, 256)
        log = socket.socket(socket.AF_UNIX)
        log.connect(order["log"])
        os.dup2(log.detach(), 2)
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)
        os.write(2, json.dumps({"life": order["life"]}).encode() + b"\n")
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        if order["passing"]:
            listen(_suicide(order["die_at"], order["passing"]))
        status = run(None, SteppingClock(Path(order["clock"])))
    except BaseException:  # noqa: BLE001 — whatever it is, it is for whoever reads the log
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _suicide(where: str | None, passing: int) -> Callable[[Waypoint], None]:
    """A listener that kills this process at so many passings of a waypoint, or of any."""
    passed = 0

    def listener(waypoint: Waypoint) -> None:
        nonlocal passed
        if where not in {None, waypoint.name}:  # another thread may pass one while this one dies
            return
        passed += 1
        if passed == passing:
            os.write(2, json.dumps({"event": DYING_AT, "waypoint": waypoint.name}).encode() + b"\n")
            os.kill(os.getpid(), signal.SIGKILL)

    return listener


if __name__ == "__main__":
    main()
