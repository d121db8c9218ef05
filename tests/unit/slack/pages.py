"""Pages of answers, as the services would give them to a view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.coverage import Coverage
from bot.domain.events import AuditEvent
from bot.domain.query import AuditQuery, Window
from bot.domain.scopes import Scope, ScopeKind

PER_PAGE = 10
SCOPE = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
WINDOW = Window(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 5, 6, 13, tzinfo=UTC))
AGENTS = "//agents.api.mondoo.app/organizations/mondoo-organization-1/serviceaccounts"
USERS = "//captain.api.mondoo.app/users"


@dataclass(frozen=True, slots=True)
class FakePage:
    """One page of an answer, every property of it at will."""

    events: tuple[AuditEvent, ...]
    coverage: Coverage
    query: AuditQuery = AuditQuery(SCOPE, WINDOW)  # noqa: RUF009 — frozen
    number: int = 0
    has_previous: bool = False
    has_next: bool = False

    @property
    def first(self) -> int:
        return self.number * PER_PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.events) - 1 if self.events else 0


def service_account(at: datetime) -> AuditEvent:
    """The first event of Mondoo's documentation."""
    return AuditEvent(
        scope=SCOPE,
        at=at,
        timestamp=at.isoformat(),
        action="mondoo.agents.AgentManager.CreateServiceAccount",
        actor_name="Jane Doe",
        actor_mrn=f"{USERS}/26OR1GOGsqmfjXOOO8joxgJDdtM",
        resource=f"{AGENTS}/2e3NzLkD73yQe7MTJZLw3",
        message="created service account",
        ip="203.0.113.7",
    )


def owner(at: datetime) -> AuditEvent:
    """The second event of Mondoo's documentation."""
    return AuditEvent(
        scope=SCOPE,
        at=at,
        timestamp=at.isoformat(),
        action="mondoo.captain.Captain.SetOrganizationMembership",
        actor_name="John Smith",
        actor_mrn=f"{USERS}/1zYNjiRERS59LsS8iCloxPxbxLo",
        resource=f"{USERS}/2AdPauBAGEqnOjIFXx6AIyWrhxh",
        message="owner added",
    )


def unknown(at: datetime) -> AuditEvent:
    """An event that nobody has heard of."""
    return AuditEvent(
        scope=SCOPE,
        at=at,
        timestamp=at.isoformat(),
        action="mondoo.novel.Novelty.Frobnicate",
        actor_name="",
        actor_mrn="",
        resource="something",
        message="",
    )


def history(count: int) -> tuple[AuditEvent, ...]:
    """So many events, newest first, nine hours apart."""
    begin = datetime(2024, 3, 22, 17, 46, 3, tzinfo=UTC)
    makers = (service_account, owner, unknown)
    return tuple(makers[n % 3](begin - n * timedelta(hours=9)) for n in range(count))


def all_read(count: int) -> Coverage:
    """Everything is known."""
    return Coverage(WINDOW, pages=1, pages_total=1, events=count, matched=count, total=count, exhausted=True)
