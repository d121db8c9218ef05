"""The sandbox's Mondoo: both regions' servers, and everything that a test or a page may want to do with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Any

import msgspec
from starlette.routing import BaseRoute, Route

from bot.sandbox.mondoo.conditions import Clock, Conditions, running_from
from bot.sandbox.mondoo.control import control_routes
from bot.sandbox.mondoo.documented import SCOPE as DOCUMENTED
from bot.sandbox.mondoo.effects import Effect
from bot.sandbox.mondoo.endpoint import QueryEndpoint
from bot.sandbox.mondoo.events import Event, rfc3339
from bot.sandbox.mondoo.faults import Fault, Faults
from bot.sandbox.mondoo.ledger import Ledger
from bot.sandbox.mondoo.plans import PLANS, Beginning
from bot.sandbox.mondoo.regions import Region
from bot.sandbox.mondoo.scopes import Kind
from bot.sandbox.mondoo.settings import Settings
from bot.sandbox.mondoo.tenants import Tenant


class UnknownScopeError(LookupError):
    """No region has a log of this MRN."""


class MondooCloud:
    """Mondoo with its regions US and EU, on your own machine.

    It belongs to one event loop. Mount `routes()` at the root of a Starlette application, and serve that with uvicorn's
    `http=LentTransportProtocol`, without which connections cannot be torn down.

    Args:
        now: When the made-up history ends; the sandbox's clock shows it at first and runs on from there.
        seed: The same seed and time give the same history.
        clock: A clock to use instead. Tokens' ends, rate limits and the time of new events follow it.

    Attributes:
        regions: The servers by their names, `us` and `eu`.
        faults: What goes wrong with coming requests.
        ledger: What was asked, and how it was answered.
    """

    def __init__(self, now: datetime, seed: int = 1, *, clock: Clock | None = None) -> None:
        self._seed = seed
        self._rng = Random(seed)  # noqa: S311 — a story, not a secret
        self.faults = Faults(seed)
        self.ledger = Ledger()
        self._conditions = Conditions(clock or running_from(now), self.faults, self.ledger, seed)
        self.regions = {plan.name: Region(plan, Beginning(now, seed)) for plan in PLANS}

    def routes(self) -> list[BaseRoute]:
        """Gives the servers' routes, `/query` and `/eu/query`."""
        return [
            Route(region.path, QueryEndpoint(region, self._conditions), methods=["GET", "POST"])
            for region in self.regions.values()
        ]

    def control_routes(self) -> list[BaseRoute]:
        """Gives routes that do over HTTP what the methods here do; to be mounted under a prefix."""
        return control_routes(self)

    @property
    def now(self) -> datetime:
        """The sandbox's time."""
        return self._conditions.clock()

    @property
    def settings(self) -> Settings:
        """How the servers behave at present."""
        return self._conditions.settings

    def configure(self, **changes: object) -> Settings:
        """Changes settings by name, and gives them all.

        Raises:
            msgspec.ValidationError: There is no such setting, or it cannot have that value.
        """
        self._conditions.settings = self.settings.changed(changes)
        return self.settings

    @property
    def tokens(self) -> dict[str, str]:
        """The API tokens' secrets by name: each scope's id, and `all-us` and `all-eu` for a whole region."""
        regions = self.regions.values()
        return {token.name: token.secret for region in regions for token in region.keys.tokens.values()}

    def service_account(self, name: str, base_url: str) -> dict[str, str]:
        """Gives the JSON file of a service account.

        Args:
            name: `acme-platform-key`, `acme-production-key`, `lumiere-eu-key` or `lumiere-paris-key`, which sign; or
                `acme-platform-token` or `lumiere-eu-token`, which hold a token instead.
            base_url: Where the sandbox is served, such as `http://127.0.0.1:8080`.

        Raises:
            LookupError: There is no such account.
        """
        for region in self.regions.values():
            if name in region.keys.accounts:
                return region.keys.accounts[name].document(base_url.rstrip("/") + region.prefix)
        raise LookupError(f"no service account {name!r}")

    def log(self, mrn: str) -> list[Event]:
        """Gives the whole log of a scope, oldest first and ties in order of arrival: the truth to compare with.

        Raises:
            UnknownScopeError: No region has it.
        """
        return list(self._tenant(mrn).log)

    def append(self, mrn: str, events: Iterable[Event]) -> None:
        """Lets events arrive in a scope's log, whatever their times.

        Raises:
            UnknownScopeError: No region has it.
        """
        self._tenant(mrn).log.append(events)

    def happen(self, mrn: str | None = None, count: int = 1, msg: str | None = None) -> dict[str, list[Event]]:
        """Lets plausible events happen now, and gives them by MRN.

        Args:
            mrn: Where; by default each in a scope drawn at random, though never in the documented organization.
            count: How many.
            msg: What each of them says, such as `owner added`, `created service account` or `created API token`;
                by default whatever it may be. Anywhere is then any organization, since those know them all.

        Raises:
            UnknownScopeError: No region has the scope.
            LookupError: Nothing in it says that.
        """
        happened: dict[str, list[Event]] = {}
        moment = self._conditions.present()
        if mrn is not None:
            return {mrn: self._tenant(mrn).happen(count, moment, msg)}
        tenants = [tenant for region in self.regions.values() for tenant in region.tenants.values()]
        possible = [
            each
            for each in tenants
            if each.scope != DOCUMENTED and (msg is None or each.scope.kind is Kind.ORGANIZATION)
        ]
        for tenant in self._rng.choices(possible, k=count):
            happened.setdefault(tenant.scope.mrn, []).extend(tenant.happen(1, moment, msg))
        return happened

    def inject(self, fault: Fault | Effect) -> int:
        """Lets something go wrong: for the requests that a fault names, or, given an effect alone, for the next one.

        Returns:
            The number of the fault, by which `faults.clear` takes it away.
        """
        return self.faults.lay(fault if isinstance(fault, Fault) else Fault(fault))

    def reset(self) -> None:
        """Sets everything back to the beginning, but for the clock and the service accounts' keys."""
        self._conditions.settings = Settings()
        self._conditions.limits.forget()
        self._rng.seed(self._seed)
        self.faults.clear()
        self.ledger.clear()
        for region in self.regions.values():
            region.reset()

    def close(self) -> None:
        """Lets go of whatever hangs, so that the server can stop."""
        self.faults.clear()

    def state(self) -> dict[str, Any]:
        """Gives an overview as JSON: time, settings, faults, and each region's scopes and credentials."""
        return {
            "now": rfc3339(self.now),
            "settings": msgspec.to_builtins(self.settings),
            "faults": self.faults.as_json(),
            "requests": self.ledger.received,
            "regions": [region.as_json() for region in self.regions.values()],
        }

    def _tenant(self, mrn: str) -> Tenant:
        for region in self.regions.values():
            if mrn in region.tenants:
                return region.tenants[mrn]
        raise UnknownScopeError(f"no log of {mrn!r}")
