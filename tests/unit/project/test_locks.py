"""The lock files: whole, hashed, the same versions in each, for every platform, and from no index in particular."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("build", "demo", "dev", "runtime")
PIN = re.compile(
    r"""(?P<name>[a-z0-9-]+)==(?P<version>[\w.]+)
        (?:[ ];[ ](?P<marker>[^\\]+?))?
        (?:[ ]\\\n[ ]{4}--hash=sha256:[0-9a-f]{64})+\n""",
    re.VERBOSE,
)
PLATFORMS = [
    {
        "sys_platform": system,
        "platform_system": name,
        "os_name": kind,
        "python_version": python,
        "python_full_version": f"{python}.0",
    }
    for system, name, kind in [("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt")]
    for python in ("3.11", "3.12", "3.13", "3.14")
]


@dataclass(frozen=True, slots=True)
class Pin:
    """One package of a lock file."""

    name: str
    version: str
    marker: Marker | None

    def applies(self, platform: dict[str, str]) -> bool:
        return self.marker is None or self.marker.evaluate(platform)


def read(root: Path, lock: str) -> list[Pin]:
    text = (root / "requirements" / f"{lock}.lock").read_text()
    pins = [
        Pin(found["name"], found["version"], Marker(found["marker"]) if found["marker"] else None)
        for found in PIN.finditer(text)
    ]
    assert PIN.sub("", text) == "", "something in it is not a pinned, hashed package"
    return pins


def declared(root: Path) -> dict[str, list[Requirement]]:
    """What pyproject.toml asks for, by lock file."""
    pyproject = tomllib.loads((root / "pyproject.toml").read_text())
    groups = pyproject["dependency-groups"]
    runtime = pyproject["project"]["dependencies"]
    build = groups["build"]
    demo = [*runtime, *build, *pyproject["project"]["optional-dependencies"]["demo"]]
    dev = [*demo, *(line for line in groups["dev"] if isinstance(line, str))]
    lists = {"runtime": runtime, "build": build, "demo": demo, "dev": dev}
    return {lock: [Requirement(line) for line in lines] for lock, lines in lists.items()}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_pinned_package_with_its_hashes(root: Path, lock: str) -> None:
    assert read(root, lock)


@pytest.mark.parametrize("lock", LOCKS)
def test_no_address_is_named(root: Path, lock: str) -> None:
    assert not re.search(r"://|index|find-links|@ ", (root / "requirements" / f"{lock}.lock").read_text())


@pytest.mark.parametrize("lock", LOCKS)
def test_what_the_project_declares_is_locked_for_every_platform(root: Path, lock: str) -> None:
    pins = read(root, lock)
    for platform in PLATFORMS:
        locked = {pin.name: pin.version for pin in pins if pin.applies(platform)}
        for wanted in declared(root)[lock]:
            if wanted.marker is not None and not wanted.marker.evaluate(platform):
                continue
            name = canonicalize_name(wanted.name)
            assert name in locked, f"{wanted} is missing on {platform}"
            assert wanted.specifier.contains(locked[name], prereleases=True), f"{wanted} got {locked[name]}"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_package_has_one_version_on_a_platform(root: Path, lock: str) -> None:
    pins = read(root, lock)
    for platform in PLATFORMS:
        names = [pin.name for pin in pins if pin.applies(platform)]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(("part", "whole"), [("runtime", "demo"), ("build", "demo"), ("demo", "dev")])
def test_a_smaller_lock_repeats_the_larger_one(root: Path, part: str, whole: str) -> None:
    assert {(pin.name, pin.version) for pin in read(root, part)} <= {
        (pin.name, pin.version) for pin in read(root, whole)
    }


def test_packages_of_other_platforms_are_kept(root: Path) -> None:
    markers = {pin.name: str(pin.marker) for pin in read(root, "dev") if pin.marker}
    assert "win32" in markers["colorama"]


def test_the_image_gets_neither_sandbox_nor_tools(root: Path) -> None:
    assert {"nicegui", "ariadne", "hatchling", "pytest"}.isdisjoint(pin.name for pin in read(root, "runtime"))
