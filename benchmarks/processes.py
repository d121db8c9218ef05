"""Whole processes, run and measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

_KIB: Final = 1024
_WATCH: Final = """
import json, os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
took = time.perf_counter() - began
print(json.dumps([os.waitstatus_to_exitcode(status), took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss]))
"""
"""A small program that runs another: the system counts a process as large as the one that started it."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took, from its start to its end."""

    took: timedelta
    cpu: timedelta
    """Of all its threads, in user and kernel mode."""
    peak_bytes: int
    """The most memory that it held at once."""


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> Run:
    """What a Python process with these arguments took.

    Raises:
        CalledProcessError: it failed.
    """
    command = [sys.executable, *arguments]
    watched = subprocess.run(  # noqa: S603 — the project's own programs
        [sys.executable, "-I", "-S", "-c", _WATCH, *command],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    status, took_s, cpu_s, peak = json.loads(watched.stdout)
    if status:
        raise subprocess.CalledProcessError(status, command)
    return Run(timedelta(seconds=took_s), timedelta(seconds=cpu_s), peak * (1 if sys.platform == "darwin" else _KIB))
