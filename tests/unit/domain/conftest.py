"""The scopes, the moment and the person that the tests of commands are about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.domain.commands import parse, parse_question
from bot.domain.events import AuditEvent
from bot.domain.intents import Command
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind

NOW = datetime(2024, 5, 15, 12, 30, 15, 500_000, tzinfo=UTC)  # a Wednesday, 14:30 in Berlin
ZONE = "Europe/Berlin"
SERVICE_ACCOUNTS = "//agents.api.mondoo.app/organizations/mondoo-organization-1/serviceaccounts"


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def catalog() -> ScopeCatalog:
    """Some scopes: ``acme`` with an alias, ``prod`` a space in the EU, ``twin`` in both regions, ``plain`` with none.

    ``shadow`` is the alias of a space and the ID of an organization. Other scopes may be asked for too.
    """
    acme = Scope(ScopeKind.ORGANIZATION, "acme-org-1")
    prod = Scope(ScopeKind.SPACE, "prod-space-1", Region.EU)
    twin = Scope(ScopeKind.ORGANIZATION, "twin-org")
    twin_eu = Scope(ScopeKind.ORGANIZATION, "twin-org", Region.EU)
    plain = Scope(ScopeKind.ORGANIZATION, "plain-org")
    shadow = Scope(ScopeKind.ORGANIZATION, "shadow")
    return ScopeCatalog(
        scopes=(plain, acme, prod, twin, twin_eu, shadow),
        aliases=(("Acme", acme), ("prod", prod), ("shadow", prod)),
    )


@pytest.fixture(scope="session")
def ask(catalog: ScopeCatalog) -> Callable[..., Command]:
    """What a command means to somebody in Berlin who may see every configured scope; anything can be said otherwise.

    They are in Slack, unless a format or a limit is given as only the terminal has them.
    """

    def ask(text: str, **otherwise: object) -> Command:
        given: dict[str, object] = {"now": NOW, "zone": ZONE, "catalog": catalog, "visible": catalog.scopes}
        if not {"formats", "default_limit"} & otherwise.keys():
            return parse(text, **(given | otherwise))  # type: ignore[arg-type] # tests say what they mean
        terminal: dict[str, object] = {"formats": (), "default_limit": None}
        return parse_question(text, **(given | terminal | otherwise))  # type: ignore[arg-type] # likewise

    return ask


@pytest.fixture(scope="session")
def make_event() -> Callable[..., AuditEvent]:
    """The first event of Mondoo's documentation; anything can be said otherwise."""

    def make_event(**otherwise: object) -> AuditEvent:
        given: dict[str, object] = {
            "scope": Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1"),
            "at": datetime(2024, 3, 22, 17, 46, 3, tzinfo=UTC),
            "timestamp": "2024-03-22T17:46:03Z",
            "action": "mondoo.agents.AgentManager.CreateServiceAccount",
            "actor_name": "Jane Doe",
            "actor_mrn": "//captain.api.mondoo.app/users/26OR1GOGsqmfjXOOO8joxgJDdtM",
            "resource": f"{SERVICE_ACCOUNTS}/2e3NzLkD73yQe7MTJZLw3",
            "message": "created service account",
        }
        return AuditEvent(**(given | otherwise))  # type: ignore[arg-type] # tests say what they mean

    return make_event
