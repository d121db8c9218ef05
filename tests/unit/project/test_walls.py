"""The walls of .importlinter hold: each kind of stray import is found, in a copy of the package that has one."""

from __future__ import annotations

import ast
import shutil
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from .conftest import Run

    Lint = Callable[[], subprocess.CompletedProcess[str]]

STRAYS = {
    "the domain reads from a port": ("bot/domain/stray.py", "import bot.ports", "Layers"),
    "a port knows a use case": ("bot/ports.py", "import bot.services", "Layers"),
    "a use case knows an adapter": ("bot/services/stray.py", "import bot.adapters.mondoo", "Layers"),
    "an adapter knows a use case": ("bot/adapters/mondoo/stray.py", "import bot.services", "Layers"),
    "an adapter knows another": ("bot/adapters/mondoo/stray.py", "import bot.adapters.slack", "Adapters"),
    "a new adapter knows another": ("bot/adapters/stray.py", "import bot.adapters.slack", "Adapters"),
    "a way in knows Mondoo's client": ("bot/entrypoints/stray.py", "import bot.adapters.mondoo", "The ways in"),
    "a way in posts by itself": ("bot/entrypoints/stray.py", "import bot.adapters.slack.stray", "The ways in"),
    "the settings know a use case": ("bot/settings/stray.py", "import bot.services", "Settings and logs"),
    "the logs know a port": ("bot/logs.py", "import bot.ports", "Settings and logs"),
    "the sandbox knows the bot": ("bot/sandbox/stray.py", "import bot.domain.events", "The sandbox imports"),
    "the bot knows the sandbox": ("bot/adapters/slack/stray.py", "import bot.sandbox", "Nothing of the bot"),
    "the domain does I/O": ("bot/domain/stray.py", "import httpx", "Domain, ports and services"),
    "a port speaks of a library": ("bot/ports.py", "import slack_sdk", "Domain, ports and services"),
    "a use case opens a socket": ("bot/services/stray.py", "import socket", "Domain, ports and services"),
    "the domain waits": ("bot/domain/stray.py", "import asyncio", "The domain does not wait"),
}


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """A copy of the package and its walls, to spoil."""
    shutil.copytree(root / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / ".importlinter", tmp_path)
    (tmp_path / "bot/adapters/slack/stray.py").touch()
    return tmp_path


@pytest.fixture
def lint(copy: Path, run: Run, bin_: Path) -> Lint:
    """Holds the copy against its walls."""
    return lambda: run(bin_ / "lint-imports", "--no-logo", "--no-cache", cwd=copy)


def test_the_package_as_it_is_keeps_them(lint: Lint) -> None:
    found = lint()
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("stray", STRAYS)
def test_a_stray_import_breaks_its_contract(copy: Path, lint: Lint, stray: str) -> None:
    module, line, contract = STRAYS[stray]
    with (copy / module).open("a") as source:
        source.write(f"\n{line}\n")
    found = lint()
    assert found.returncode == 1, found.stdout
    broken = found.stdout.split("Broken contracts")[1]
    assert any(row.startswith(contract) for row in broken.splitlines()), broken


def test_a_module_without_a_place_breaks_the_layers(copy: Path, lint: Lint) -> None:
    (copy / "bot/stray.py").touch()
    found = lint()
    assert found.returncode == 1
    assert "bot.stray" in found.stdout


@pytest.mark.parametrize("room", ["domain", "ports", "services"])
def test_the_inner_rooms_import_the_standard_library_and_one_another_alone(root: Path, room: str) -> None:
    inside = sys.stdlib_module_names | {"bot"}
    home = root / "bot" / room
    for path in home.rglob("*.py") if home.is_dir() else [home.with_suffix(".py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Import(names=names):
                    imported = {name.name.partition(".")[0] for name in names}
                case ast.ImportFrom(module=str(module), level=0):
                    imported = {module.partition(".")[0]}
                case _:
                    continue
            assert imported <= inside, f"{path.relative_to(root)} imports {imported - inside}"


def test_every_dependency_is_kept_out_of_the_inner_rooms(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    named = {"graphql-core": "graphql", "markdown-it-py": "markdown_it", "pyjwt": "jwt", "pyyaml": "yaml"}
    wanted = [*project["dependencies"], *project["optional-dependencies"]["demo"]]
    packages = {named.get(name, name.replace("-", "_")) for name in (Requirement(line).name for line in wanted)}
    walls = ConfigParser()
    walls.read(root / ".importlinter")
    kept_out = set(walls["importlinter:contract:standard-library"]["forbidden_modules"].split())
    assert packages <= kept_out
