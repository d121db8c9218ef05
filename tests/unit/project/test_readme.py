"""The README tells the truth about what can be held against the program."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.domain.commands import parse
from bot.domain.intents import Help
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.typed import unescape_slack
from bot.settings import settings_table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def readme(root: Path) -> str:
    return (root / "README.md").read_text("utf-8")


def test_the_table_of_settings_is_the_programs_own(readme: str) -> None:
    shown = re.search(r"<!-- settings: python -m bot\.settings -->\n(.*?)<!-- /settings -->", readme, re.DOTALL)
    assert shown is not None
    assert shown[1].strip() == settings_table().strip()


def test_every_command_is_understood(readme: str) -> None:
    known = Scope(ScopeKind.ORGANIZATION, "acme", Region.US)
    catalog = ScopeCatalog((known,), (("prod", known),))
    now = datetime(2026, 5, 6, 12, tzinfo=UTC)
    commands = re.findall(r"^(?:.*`)?/mondoo-audit ([^`\n]+)", readme, re.MULTILINE)
    assert len(commands) > 5
    for command in commands:
        sent = unescape_slack(command.replace("@security", "<!subteam^S0123456789|@security>"))  # as Slack sends it
        read = parse(sent, now=now, zone="Europe/Berlin", catalog=catalog, visible=())
        assert isinstance(read, Help) is command.startswith("help")


def test_every_link_into_the_project_leads_somewhere(root: Path, readme: str) -> None:
    for folder, text in [
        (root, readme),
        *((page.parent, page.read_text("utf-8")) for page in root.glob("docs/**/*.md")),
    ]:
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (folder / link).exists(), link
