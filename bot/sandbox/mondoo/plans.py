"""How the regions are laid out: whose logs they have, and how long those are at the beginning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.mondoo.documented import SCOPE as DOCUMENTED
from bot.sandbox.mondoo.scopes import Kind, Scope, organization, space


@dataclass(frozen=True, slots=True)
class Beginning:
    """When the made-up history ends, and the seed that it is drawn from; the same two give the same history."""

    now: datetime
    seed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A region: its names, the prefix of its server's path, and the number of events in each scope's log."""

    name: str
    title: str
    prefix: str
    lengths: dict[Scope, int]
    french: bool = False

    @property
    def organizations(self) -> list[Scope]:
        """The region's organizations."""
        return [scope for scope in self.lengths if scope.kind is Kind.ORGANIZATION]

    def spaces(self, scope: Scope) -> list[Scope]:
        """The spaces of an organization, or the space itself."""
        if scope.kind is Kind.SPACE:
            return [scope]
        return [each for each in self.lengths if each.kind is Kind.SPACE and each.organization == scope.id]

    def readable(self, scope: Scope) -> frozenset[str]:
        """The MRNs that a credential of a scope may read: the scope's, and those of an organization's spaces."""
        return frozenset(each.mrn for each in (scope, *self.spaces(scope)))


PLANS = (
    Plan(
        "us",
        "US",
        "",
        {
            DOCUMENTED: 0,  # it comes with its own
            organization("acme-platform", "Acme Platform"): 1400,
            space("acme-production", "Production", of="acme-platform"): 3200,
            space("acme-staging", "Staging", of="acme-platform"): 1600,
            space("acme-endpoints", "Laptops & Desktops", of="acme-platform"): 700,
        },
    ),
    Plan(
        "eu",
        "EU",
        "/eu",
        {
            organization("lumiere-eu", "Lumière"): 800,
            space("lumiere-paris", "Paris", of="lumiere-eu"): 2100,
            space("lumiere-atelier", "L'Atelier", of="lumiere-eu"): 350,
        },
        french=True,
    ),
)
