"""compose.yaml starts two replicas on one database, and holds no secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bot.settings.variables import SECTIONS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def text(root: Path) -> str:
    return (root / "compose.yaml").read_text("utf-8")


@pytest.fixture
def services(text: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text)["services"]
    return found


def test_the_replicas_of_the_bot_wait_for_a_healthy_database_that_keeps_its_data(services: dict[str, Any]) -> None:
    bot, database = services["bot"], services["database"]
    assert bot["deploy"]["replicas"] == 2
    assert bot["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert database["healthcheck"]["test"]
    assert database["image"].startswith("postgres:17")
    assert database["volumes"] == ["database:/var/lib/postgresql/data"]


def test_the_bot_knows_every_variable_that_it_is_given(services: dict[str, Any]) -> None:
    known = {name for _, section in SECTIONS for name in section.names()}
    assert set(services["bot"]["environment"]) <= known
    assert services["bot"]["env_file"] == ".env"


def test_what_is_secret_comes_from_the_environment_alone(text: str, services: dict[str, Any]) -> None:
    assert set(re.findall(r"\$\{(\w+)", text)) == {"POSTGRES_PASSWORD"}
    assert services["database"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert "env_file" not in services["database"]  # the tokens are none of its business
    assert re.fullmatch(
        r"postgresql://bot:\$\{POSTGRES_PASSWORD:\?[^}]+\}@database/bot", services["bot"]["environment"]["DATABASE_URL"]
    )


@pytest.mark.parametrize("service", ["bot", "database"])
def test_what_dies_is_started_again(services: dict[str, Any], service: str) -> None:
    assert services[service]["restart"] == "unless-stopped"
