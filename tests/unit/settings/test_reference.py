from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.domain.subscriptions import Mode
from bot.settings import settings_table
from bot.settings.variables import SECTIONS

from .conftest import MONDOO, SLACK, Load

ROOT = Path(__file__).parents[3]


def test_the_table_has_a_row_for_every_variable() -> None:
    table = settings_table()
    for _, section in SECTIONS:
        for name, field in section.model_fields.items():
            (row,) = [line for line in table.splitlines() if line.startswith(f"| `{name.upper()}` |")]
            assert str(field.description) in row


def test_the_table_shows_defaults_as_they_would_be_written() -> None:
    table = settings_table()
    for cell in ("`3000`", "`60s`", "`info`", "`true`", "`https://slack.com/api/`", "`PORT` | `3000` |"):
        assert cell in table
    assert "| `MONDOO_REGION` |  |" in table
    assert "| `ACCESS_USERS` |  |" in table


def test_the_table_can_be_printed() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "bot.settings"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert printed.stdout == settings_table()


def test_the_example_file_loads_as_it_is(load_with: Load) -> None:
    text = (ROOT / "config.example.toml").read_text()
    settings = load_with(SLACK | MONDOO | {"ACME_EU_TOKEN": "a", "ZETA_TOKEN": "b"}, toml=text)
    assert len(settings.scopes) >= 3
    assert any(scope.rule for scope in settings.scopes)
    assert any(scope.aliases for scope in settings.scopes)
    assert {each.mode for each in settings.digests.subscriptions} == set(Mode)
