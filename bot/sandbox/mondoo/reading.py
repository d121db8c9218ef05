"""What happens when a request reads a log: who may, what was meant, which page."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

from bot.sandbox.mondoo.conditions import Conditions
from bot.sandbox.mondoo.credentials import Principal
from bot.sandbox.mondoo.events import microseconds, parse_rfc3339
from bot.sandbox.mondoo.faults import Target
from bot.sandbox.mondoo.pages import BadCursorError, Page, Query, read
from bot.sandbox.mondoo.regions import Region
from bot.sandbox.mondoo.scopes import scope_of
from bot.sandbox.mondoo.settings import TooMany
from bot.sandbox.mondoo.tenants import Tenant


def refusal(message: str, code: str) -> GraphQLError:
    """Gives an error of the API with a code, named as in gRPC."""
    return GraphQLError(message, extensions={"code": code})


class Reading:
    """Resolves the `auditlog` field for one request, and remembers what was read.

    Attributes:
        target: Region, log and page, as the faults look at them.
        cursor: The `after` that was sent.
        page: What was read; None if nothing was.
    """

    def __init__(self, region: Region, principal: Principal, conditions: Conditions, number: int) -> None:
        self._region = region
        self._principal = principal
        self._conditions = conditions
        self._number = number
        self.target = Target(region.name)
        self.cursor: str | None = None
        self.page: Page | None = None

    def __call__(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Gives the connection that the arguments ask for.

        Raises:
            GraphQLError: The scope is unknown or not this principal's, or an argument is wrong.
        """
        tenant = self._tenant(arguments["resourceMrn"])
        query = self._query(arguments)
        self.cursor = query.cursor
        page = self._read(tenant, query)
        self.target = Target(self._region.name, tenant.scope.mrn, page.start // query.first + 1)
        if self._grow(tenant):
            page = self._read(tenant, query)
        self.page = page
        return page.as_connection()

    def _grow(self, tenant: Tenant) -> bool:
        growths = self._conditions.faults.growth(self.target)
        for growth in growths:
            tenant.happen(growth.newest, self._conditions.present())
            for moment in growth.at:
                tenant.happen(1, moment)
        return bool(growths)

    def _tenant(self, mrn: str) -> Tenant:
        try:
            scope_of(mrn)
        except ValueError as error:
            raise refusal("invalid resource mrn", "INVALID_ARGUMENT") from error
        tenant = self._region.tenants.get(mrn)
        if tenant is None:
            raise refusal("resource not found", "NOT_FOUND")
        if mrn not in self._principal.scopes:
            raise refusal("permission denied", "PERMISSION_DENIED")
        return tenant

    def _read(self, tenant: Tenant, query: Query) -> Page:
        settings = self._conditions.settings
        try:
            return read(tenant.log, query, settings.cursors, settings.ties, self._number)
        except BadCursorError as error:
            raise refusal(str(error), "INVALID_ARGUMENT") from error

    def _query(self, arguments: dict[str, Any]) -> Query:
        order = arguments.get("orderBy") or {"direction": "DESC"}
        identity = arguments.get("identityFilter") or {}
        bound = arguments.get("timestampFilter")
        moment = _moment(bound["timestamp"]) if bound else None
        return Query(
            first=self._first(arguments.get("first")),
            cursor=arguments.get("after"),
            descending=order["direction"] == "DESC",
            after=moment if bound and bound["operator"] == "GT" else None,
            before=moment if bound and bound["operator"] == "LT" else None,
            identity_mrn=identity.get("mrn"),
            identity_name=identity.get("name"),
            action=arguments.get("actionFilter"),
        )

    def _first(self, asked: int | None) -> int:
        settings = self._conditions.settings
        first = settings.default_first if asked is None else asked
        if first < 1:
            raise refusal("first must be positive", "INVALID_ARGUMENT")
        if first > settings.page_limit and settings.too_many is TooMany.ERROR:
            raise refusal(f"first must not exceed {settings.page_limit}", "INVALID_ARGUMENT")
        return min(first, settings.page_limit)


def _moment(timestamp: str) -> int:
    try:
        return microseconds(parse_rfc3339(timestamp))
    except ValueError as error:
        raise refusal(f"invalid timestamp {timestamp!r}", "INVALID_ARGUMENT") from error
