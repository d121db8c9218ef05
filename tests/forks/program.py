"""The side of the forks: a program that imports everything once, and is ``python -m bot`` in each of its children.

Orders come as packets on its standard input, each with the descriptors of a child's output, of its errors, and of a
pipe for how it ended; the child's number goes back. When the input ends, every child ends with it.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
import sys
from typing import NoReturn

import apscheduler.triggers.interval
import sqlalchemy.dialects.sqlite.pysqlite

import bot.cli
import bot.cli.commands
import bot.cli.doctor
import bot.cli.query
import bot.cli.running

_LOADED = (apscheduler, sqlalchemy, bot)
"""What a bot imports only when it needs it."""
_LONGEST_ORDER = 2**20
_STREAMS = 3


def main() -> None:
    """Take orders until there are no more."""
    gc.collect()
    gc.freeze()
    orders = socket.socket(fileno=os.dup(0))
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever presses Ctrl-C means the tests
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    ends: dict[int, int] = {}
    with selectors.DefaultSelector() as ready:
        ready.register(orders, selectors.EVENT_READ)
        ready.register(woken, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fd == woken:
                    os.read(woken, 4096)
                    _reap(ends)
                    continue
                order, descriptors, _, _ = socket.recv_fds(orders, _LONGEST_ORDER, _STREAMS)
                if not order:
                    for pid in ends:
                        os.kill(pid, signal.SIGKILL)
                    return
                out, err, end = descriptors
                pid = os.fork()
                if pid == 0:
                    _be(order, out, err)
                ends[pid] = end
                os.close(out)
                os.close(err)
                orders.send(str(pid).encode())


def _reap(ends: dict[int, int]) -> None:
    for pid in tuple(ends):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            end = ends.pop(pid)
            os.write(end, str(os.waitstatus_to_exitcode(status)).encode())
            os.close(end)


def _be(order: bytes, out: int, err: int) -> NoReturn:
    """Be the bot, in a process of its own."""
    status: object = 70
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.closerange(3, 256)
        told = json.loads(order)
        os.chdir(told["folder"])
        os.environ.clear()
        os.environ.update(told["environment"])
        sys.argv = ["bot", *told["arguments"]]
        bot.cli.main()
        status = 0
    except SystemExit as ended:
        status = ended.code
    finally:
        _end(status)


def _end(status: object) -> NoReturn:
    """End as Python does: with what is still to be written, and with a number."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        status = status or 120
    os._exit(status if isinstance(status, int) else int(status is not None))


if __name__ == "__main__":
    main()
