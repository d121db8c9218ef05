"""The servers: one for each region, with logs and credentials of its own."""

from __future__ import annotations

from random import Random
from typing import Any

from bot.sandbox.mondoo.cast import ksuid
from bot.sandbox.mondoo.credentials import Keyring, ServiceAccount, Token
from bot.sandbox.mondoo.plans import Beginning, Plan
from bot.sandbox.mondoo.scopes import AGENTS, Scope
from bot.sandbox.mondoo.tenants import Tenant


class Region:
    """One region's server.

    Attributes:
        name: `us` or `eu`.
        title: The name for people.
        prefix: What comes before `/query` in its path.
        path: Where it answers.
        tenants: The scopes with their logs, by MRN.
        keys: The credentials.
    """

    def __init__(self, plan: Plan, beginning: Beginning) -> None:
        self.name = plan.name
        self.title = plan.title
        self.prefix = plan.prefix
        self.path = f"{plan.prefix}/query"
        self._plan = plan
        self._beginning = beginning
        self.tenants: dict[str, Tenant] = {}
        self.reset()
        self.keys = Keyring(self._tokens(), self._accounts())

    def reset(self) -> None:
        """Takes every log back to what it was at the beginning. The credentials stay."""
        self.tenants = {scope.mrn: Tenant(scope, self._plan, self._beginning) for scope in self._plan.lengths}

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

    def _tokens(self) -> list[Token]:
        def token(name: str, owner: str, scopes: frozenset[str]) -> Token:
            return Token(name, f"sandbox-{self.name}-{owner}", scopes)

        return [
            token(f"all-{self.name}", "all", frozenset(scope.mrn for scope in self._plan.lengths)),
            *(token(scope.id, scope.id, self._plan.readable(scope)) for scope in self._plan.lengths),
        ]

    def _accounts(self) -> list[ServiceAccount]:
        organization = self._plan.organizations[-1]
        space = self._plan.spaces(organization)[0]
        return [
            self._account(organization, "key", holds_token=False),
            self._account(space, "key", holds_token=False),
            self._account(organization, "token", holds_token=True),
        ]

    def _account(self, scope: Scope, secret: str, *, holds_token: bool) -> ServiceAccount:
        name = f"{scope.id}-{secret}"
        return ServiceAccount(
            name=name,
            mrn=f"{AGENTS}/{scope.kind}s/{scope.id}/serviceaccounts/{ksuid(Random(name))}",  # noqa: S311 — an id
            parent_mrn=scope.mrn,
            scopes=self._plan.readable(scope),
            since=self._beginning.now,
            holds_token=holds_token,
        )
