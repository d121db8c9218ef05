"""Whole processes, run and measured."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

_KIB: Final = 1024


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
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 — the project's own programs
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    took = timedelta(seconds=time.perf_counter() - began)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else _KIB)
    return Run(took, timedelta(seconds=usage.ru_utime + usage.ru_stime), peak)
