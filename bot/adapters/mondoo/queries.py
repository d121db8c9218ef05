"""The GraphQL documents, constant, and the variables that go with them.

Source: https://mondoo.com/docs/maintain/log
"""

from __future__ import annotations

from typing import Final

import msgspec

from bot.adapters.mondoo.pages import PageRequest, moment_text
from bot.domain.query import Order
from bot.domain.scopes import Scope

DOCUMENTED: Final = """\
query AuditLogForwardPagination(
  $first: Int
  $after: String
  $orderBy: AuditLogOrder = { direction: DESC, field: TIMESTAMP }
  $resourceMrn: String!
  $timestampFilter: TimestampFilter
) {
  auditlog(
    first: $first
    after: $after
    orderBy: $orderBy
    resourceMrn: $resourceMrn
    timestampFilter: $timestampFilter
  ) {
    totalCount
    edges {
      cursor
      node {
        identity {
          name
          mrn
        }
        resource
        action
        timestamp
        msg
      }
    }
    pageInfo {
      startCursor
      endCursor
      hasNextPage
    }
  }
}
"""
"""The query as Mondoo documents it."""

FULL: Final = DOCUMENTED.replace("        msg\n", "        msg\n        ip\n        parent\n")
"""The same with two fields that newer servers know, and older ones refuse."""


def body(document: str, scope: Scope, request: PageRequest) -> bytes:
    """The JSON to post for one page; what the request leaves open is left out, not null."""
    variables: dict[str, object] = {
        "first": request.first,
        "orderBy": {"direction": "DESC" if request.order is Order.NEWEST_FIRST else "ASC", "field": "TIMESTAMP"},
        "resourceMrn": scope.mrn,
    }
    if request.after is not None:
        variables["after"] = request.after
    if request.bound is not None:
        variables["timestampFilter"] = {
            "timestamp": moment_text(request.bound.moment),
            "operator": request.bound.operator.value,
        }
    return msgspec.json.encode({"query": document, "variables": variables})
