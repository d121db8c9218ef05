"""The project itself, as its tests see it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest


class Run(Protocol):
    """``run("tool", "--flag", cwd=folder)`` gives the finished process, its output and errors joined as text."""

    def __call__(
        self, *command: str | Path, cwd: Path, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).parents[3]


@pytest.fixture(scope="session")
def bin_() -> Path:
    """Where the installed tools are."""
    return Path(sys.executable).parent


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs a program to its end."""

    def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )

    return run
