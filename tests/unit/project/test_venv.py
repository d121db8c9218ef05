"""tools/venv builds what is needed, once, with a Python that will do, and never trusts a build that did not end."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Run

# Stands for a Python that is recent enough: builds a venv that holds itself, and notes what it was asked to install.
RECENT = """#!/bin/sh
case "$1 $2" in
  "-m venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python && echo "venv by ${0##*/}" >> log ;;
  "-m pip") [ -e offline ] && exit 1; echo "pip" "$@" >> log ;;
esac
"""
OLD = """#!/bin/sh
[ "$1" = --version ] && echo Python 3.9.2 || exit 1
"""
NEEDED = ("sh", "cat", "cksum", "cp", "dirname", "mkdir", "rm", "sleep")


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with as much of the project as building needs, and interpreters of our choice."""

    home: Path
    programs: Path
    run: Run

    @property
    def env(self) -> dict[str, str]:
        return {"PATH": str(self.programs)}

    def give(self, name: str, script: str) -> Path:
        path = self.programs / name
        path.write_text(script)
        path.chmod(0o755)
        return path

    def build(self, lock: str = "dev", **env: str) -> tuple[int, str]:
        done = self.run("tools/venv", lock, cwd=self.home, env=self.env | env)
        return done.returncode, done.stdout

    def asked(self) -> list[str]:
        """What the interpreters were asked to do since the last question, by first words."""
        log = self.home / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return ["install" if line.startswith("pip") else line for line in lines]


@pytest.fixture
def project(root: Path, tmp_path: Path, run: Run) -> Project:
    home, programs = tmp_path / "a project", tmp_path / "programs"
    for folder in (home / "tools", home / "requirements", programs):
        folder.mkdir(parents=True)
    shutil.copy(root / "tools/venv", home / "tools")
    shutil.copy(root / "pyproject.toml", home)
    for lock in ("demo", "dev"):
        (home / f"requirements/{lock}.lock").touch()
    for program in NEEDED:
        (programs / program).symlink_to(str(shutil.which(program)))
    return Project(home, programs, run)


def test_the_first_build_installs_the_lock_and_the_project(project: Project) -> None:
    project.give("python3", RECENT)
    code, said = project.build()
    assert (code, len(said.splitlines())) == (0, 1)
    assert project.asked() == ["venv by python3", "install", "install"]


@pytest.mark.parametrize("lock", ["demo", "dev"])
def test_nothing_is_done_or_said_when_all_is_there(project: Project, lock: str) -> None:
    project.give("python3", RECENT)
    project.build("dev")
    project.asked()
    assert project.build(lock) == (0, "")
    assert project.asked() == []


def test_the_tools_are_added_to_what_the_demo_needs(project: Project) -> None:
    project.give("python3", RECENT)
    project.build("demo")
    project.asked()
    assert project.build("dev")[0] == 0
    assert project.asked() == ["install", "install"]


@pytest.mark.parametrize("changed", ["pyproject.toml", "requirements/dev.lock"])
def test_a_change_is_installed(project: Project, changed: str) -> None:
    project.give("python3", RECENT)
    project.build()
    project.asked()
    (project.home / changed).write_text("# changed")
    assert project.build()[0] == 0
    assert project.asked() == ["install", "install"]


def test_a_build_that_did_not_end_is_begun_anew(project: Project) -> None:
    project.give("python3", RECENT)
    (project.home / "offline").touch()
    assert project.build()[0] != 0
    project.asked()
    (project.home / "offline").unlink()
    assert project.build()[0] == 0
    assert project.asked() == ["venv by python3", "install", "install"]


def test_a_second_build_waits_for_the_first(project: Project) -> None:
    project.give("python3", RECENT)
    mark = project.home / ".venv-unfinished"
    mark.write_text(str(os.getpid()))
    command = ["tools/venv", "dev"]
    with subprocess.Popen(command, cwd=project.home, env=project.env, stdout=subprocess.PIPE, text=True) as second:
        assert second.stdout is not None
        assert second.stdout.readline().startswith(f"Waiting for process {os.getpid()}")
        assert project.asked() == []
        mark.unlink()
        assert second.stdout.readline().startswith("Installing")
    assert second.returncode == 0
    assert not mark.exists()


def test_a_folder_that_was_moved_is_built_anew(project: Project) -> None:
    project.give("python3", RECENT)
    project.build()
    project.asked()
    moved = Project(project.home.rename(project.home.with_name("moved")), project.programs, project.run)
    assert moved.build()[0] == 0
    assert moved.asked() == ["venv by python3", "install", "install"]


def test_an_interpreter_that_went_away_is_replaced(project: Project) -> None:
    project.give("python3", RECENT)
    project.build()
    project.asked()
    (project.home / ".venv/bin/python").unlink()
    assert project.build()[0] == 0
    assert project.asked()[0] == "venv by python3"


def test_an_old_python3_gives_way_to_a_newer_one(project: Project) -> None:
    project.give("python3", OLD)
    project.give("python3.12", RECENT)
    assert project.build()[0] == 0
    assert project.asked()[0] == "venv by python3.12"


def test_the_python_that_was_named_is_taken(project: Project) -> None:
    project.give("python3", RECENT)
    named = project.give("my python", RECENT)
    assert project.build(PYTHON=str(named))[0] == 0
    assert project.asked()[0] == "venv by my python"


@pytest.mark.parametrize(
    ("name", "env", "described"),
    [
        ("python3", {}, "python3 is: Python 3.9.2"),
        ("other", {}, "python3 is: not there"),
        ("old", {"PYTHON": "old"}, "old is: Python 3.9.2"),
    ],
)
def test_where_none_will_do_it_says_what_to_install(
    project: Project, name: str, env: dict[str, str], described: str
) -> None:
    project.give(name, OLD)
    code, said = project.build(**env)
    assert code != 0
    assert described in said
    assert "PYTHON=" in said
    assert not list(project.home.glob(".venv*"))
