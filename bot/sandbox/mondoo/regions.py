"""The servers: one for each region, with organizations, spaces, logs and credentials of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from bot.sandbox.mondoo.cast import cast_of, ksuid
from bot.sandbox.mondoo.credentials import Keyring, ServiceAccount, Token
from bot.sandbox.mondoo.documented import SCOPE as DOCUMENTED
from bot.sandbox.mondoo.documented import documented_log
from bot.sandbox.mondoo.events import Event, rfc3339
from bot.sandbox.mondoo.history import Storyteller
from bot.sandbox.mondoo.log import Log
from bot.sandbox.mondoo.scopes import AGENTS, Kind, Scope, organization, space

HISTORY = timedelta(days=182)
_RECENT = 15  # events that happened lately, so that "last=24h" shows something on a Sunday too
_RECENTLY = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Plan:
    """A region as it is laid out: where its server is, whose logs it has, and how long those are."""

    name: str
    title: str
    prefix: str
    scopes: tuple[tuple[Scope, int], ...]
    french: bool = False


PLANS = (
    Plan(
        "us",
        "US",
        "",
        (
            (DOCUMENTED, 0),
            (organization("acme-platform", "Acme Platform"), 1400),
            (space("acme-production", "Production", of="acme-platform"), 3200),
            (space("acme-staging", "Staging", of="acme-platform"), 1600),
            (space("acme-endpoints", "Laptops & Desktops", of="acme-platform"), 700),
        ),
    ),
    Plan(
        "eu",
        "EU",
        "/eu",
        (
            (organization("lumiere-eu", "Lumière"), 800),
            (space("lumiere-paris", "Paris", of="lumiere-eu"), 2100),
            (space("lumiere-atelier", "L'Atelier", of="lumiere-eu"), 350),
        ),
        french=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Tenant:
    """A scope with its log and the one who tells what happens next in it."""

    scope: Scope
    log: Log
    story: Storyteller

    def happen(self, count: int, at: datetime) -> list[Event]:
        """Lets so many plausible events happen at one moment, and gives them."""
        events = list(self.story.now(count, at))
        self.log.append(events)
        return events

    def as_json(self) -> dict[str, Any]:
        """Gives the scope, the length of its log and the time of its newest event."""
        newest = rfc3339(self.log.at(len(self.log) - 1).timestamp) if len(self.log) else None
        return self.scope.as_json() | {"events": len(self.log), "newest": newest}


class Region:
    """One region's server: its data and its credentials.

    Args:
        plan: How it is laid out.
        now: When its history ends and its service accounts begin.
        seed: The same seed and time give the same history.
    """

    def __init__(self, plan: Plan, now: datetime, seed: int) -> None:
        self.name = plan.name
        self.title = plan.title
        self.prefix = plan.prefix
        self._plan = plan
        self.tenants: dict[str, Tenant] = {}
        self.tell_history(now, seed)
        self.keys = Keyring(self._tokens(), self._accounts(now))

    @property
    def path(self) -> str:
        """Where the server answers: `/query` or `/eu/query`."""
        return f"{self.prefix}/query"

    def as_json(self) -> dict[str, Any]:
        """Gives an overview for the control port, with the tokens and the names of the service accounts."""
        return {
            "name": self.name,
            "title": self.title,
            "path": self.path,
            "scopes": [tenant.as_json() for tenant in self.tenants.values()],
            "tokens": [
                {"name": token.name, "secret": token.secret, "scopes": sorted(token.scopes)}
                for token in self.keys.tokens.values()
            ],
            "service_accounts": list(self.keys.accounts),
        }

    def tell_history(self, now: datetime, seed: int) -> None:
        """Fills every log anew."""
        casts = {
            scope.id: cast_of(scope.id, Random(f"{seed}/{scope.id}"), french=self._plan.french)  # noqa: S311
            for scope, _ in self._plan.scopes
            if scope.kind is Kind.ORGANIZATION
        }
        for index, (scope, length) in enumerate(self._plan.scopes):
            rng = Random(f"{seed}/{scope.mrn}")  # noqa: S311
            story = Storyteller(scope, self._spaces_of(scope), casts[scope.organization], rng)
            log = documented_log() if scope is DOCUMENTED else Log(count(100_000 + 37_000 * index, 3 + index))
            if length:
                log.append(story.past(length - _RECENT, now - HISTORY, now - _RECENTLY))
                log.append(story.past(_RECENT, now - _RECENTLY, now))
            self.tenants[scope.mrn] = Tenant(scope, log, story)

    def _spaces_of(self, scope: Scope) -> tuple[str, ...]:
        if scope.kind is Kind.SPACE:
            return (scope.id,)
        return tuple(
            other.id
            for other, _ in self._plan.scopes
            if other.kind is Kind.SPACE and other.organization == scope.organization
        )

    def _readable(self, scope: Scope) -> frozenset[str]:
        """What a credential of a scope may read: the scope, and an organization's spaces."""
        return frozenset(
            other.mrn
            for other, _ in self._plan.scopes
            if other == scope or (scope.kind is Kind.ORGANIZATION and other.organization == scope.id)
        )

    def _tokens(self) -> list[Token]:
        own = [
            Token(scope.id, f"sandbox-{self.name}-{scope.id}", self._readable(scope)) for scope, _ in self._plan.scopes
        ]
        everything = frozenset(scope.mrn for scope, _ in self._plan.scopes)
        return [Token(f"all-{self.name}", f"sandbox-{self.name}-all", everything), *own]

    def _accounts(self, now: datetime) -> list[ServiceAccount]:
        rng = Random(f"accounts/{self.name}")  # noqa: S311 — an id, not a secret
        scopes = [scope for scope, _ in self._plan.scopes if scope is not DOCUMENTED]
        accounts = []
        for scope, holds_token in ((scopes[0], False), (scopes[1], False), (scopes[0], True)):
            accounts.append(
                ServiceAccount(
                    name=f"{scope.id}-{'token' if holds_token else 'key'}",
                    mrn=f"{AGENTS}/{scope.kind}s/{scope.id}/serviceaccounts/{ksuid(rng)}",
                    parent_mrn=scope.mrn,
                    scopes=self._readable(scope),
                    since=now,
                    holds_token=holds_token,
                )
            )
        return accounts
