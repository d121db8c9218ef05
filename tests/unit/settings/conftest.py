"""An environment with nothing in it but what the test says."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from bot.domain.errors import SettingsError
from bot.settings import Settings, load

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-a", "SLACK_APP_TOKEN": "xapp-1-a"}
MONDOO = {"MONDOO_API_TOKEN": "token-of-mondoo"}


class Load(Protocol):
    """``load({"PORT": "1"}, toml="…")`` gives the settings in that environment, with that file as CONFIG_FILE.

    ``slack=False`` leaves Slack out. Where no ``environment`` is given, it is the least that the bot starts with.
    """

    def __call__(
        self, environment: dict[str, str] | None = None, *, toml: str = "", slack: bool = True, env_file: str = ""
    ) -> Settings: ...


@pytest.fixture
def load_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Load:
    def load_with(
        environment: dict[str, str] | None = None, *, toml: str = "", slack: bool = True, env_file: str = ""
    ) -> Settings:
        for name in os.environ:
            monkeypatch.delenv(name)
        for name, value in (SLACK | MONDOO if environment is None else environment).items():
            monkeypatch.setenv(name, value)
        if toml:
            (tmp_path / "config.toml").write_text(toml, encoding="utf-8")
            monkeypatch.setenv("CONFIG_FILE", str(tmp_path / "config.toml"))
        variables = tmp_path / "variables"
        variables.write_text(env_file, encoding="utf-8")
        return load(slack=slack, env_file=variables if env_file else None)

    return load_with


@pytest.fixture
def problems(load_with: Load) -> Callable[..., list[str]]:
    """What is wrong with such settings, a sentence each; takes what ``load_with`` takes."""

    def problems(*args: dict[str, str], **options: str | bool) -> list[str]:
        with pytest.raises(SettingsError) as caught:
            load_with(*args, **options)  # type: ignore[arg-type]  # handed on as they are
        return str(caught.value).splitlines()

    return problems
