"""What can go wrong with an answer, one class each; as JSON, an object whose `kind` is the word after `tag=`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, assert_never

import msgspec

NonNegative = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]
AwareDatetime = Annotated[datetime, msgspec.Meta(tz=True)]
MEBIBYTE = 1024 * 1024


class _Effect(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True):
    @property
    def kind(self) -> str:
        """The word that names the effect in JSON."""
        return str(self.__struct_config__.tag)


class Latency(_Effect, frozen=True, tag="latency"):
    """The answer comes `delay_s` seconds late, and up to `jitter_s` random seconds more."""

    delay_s: NonNegative = 1.0
    jitter_s: NonNegative = 0.0


class Growth(_Effect, frozen=True, tag="growth"):
    """Events arrive just before a page is read: `newest` of the present moment, and one of each moment in `at`."""

    newest: Count = 0
    at: tuple[AwareDatetime, ...] = ()


class Status(_Effect, frozen=True, tag="status"):
    """An error status with a small JSON body, and with `Retry-After` if `retry_after_s` is set."""

    status: Annotated[int, msgspec.Meta(ge=400, le=599)] = 503
    retry_after_s: Count | None = None
    retry_after_as: Literal["seconds", "date"] = "seconds"


class Redirect(_Effect, frozen=True, tag="redirect"):
    """A 302. By default to a place whose visits the record of requests shows."""

    location: str = "/query?redirected"


class Reset(_Effect, frozen=True, tag="reset"):
    """The connection is reset (TCP RST) before anything was answered."""


class Hang(_Effect, frozen=True, tag="hang"):
    """Nothing is ever answered; the connection stays open until the client gives up or the faults are cleared."""


class Cut(_Effect, frozen=True, tag="cut"):
    """The connection closes after a share of the body: short of its Content-Length, or within the chunks."""

    share: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.5
    framing: Literal["length", "chunked"] = "length"


class Garbage(_Effect, frozen=True, tag="garbage"):
    """Status 200 and no GraphQL: a proxy's HTML page, JSON that does not parse, JSON of another shape, or nothing."""

    form: Literal["html", "json", "shape", "empty"] = "html"


class Huge(_Effect, frozen=True, tag="huge"):
    """The true answer, followed by an endless-looking extension that makes the body at least so many bytes long."""

    size_bytes: Count = 64 * MEBIBYTE


class Errors(_Effect, frozen=True, tag="errors"):
    """GraphQL errors in a 200: without data, with `data: null`, or with the data as well."""

    message: str = "internal error"
    code: str | None = None
    data: Literal["null", "absent", "kept"] = "null"


class NullAuditlog(_Effect, frozen=True, tag="null-auditlog"):
    """`{"data": {"auditlog": null}}`, with no error."""


class StuckCursor(_Effect, frozen=True, tag="stuck-cursor"):
    """`hasNextPage` is true, and `endCursor` is the cursor that was sent."""


class EmptyPage(_Effect, frozen=True, tag="empty-page"):
    """No edges, but `hasNextPage` is true; the cursor is the one that was sent, as if nothing had been read."""


class ExtraFields(_Effect, frozen=True, tag="extra-fields"):
    """Fields nobody asked for, at every level of the answer."""


class BadNode(_Effect, frozen=True, tag="bad-node"):
    """One field of the node number `index` of the page is null, missing, or of another type."""

    field: str = "msg"
    how: Literal["null", "missing", "number"] = "null"
    index: Count = 0


class NullEdge(_Effect, frozen=True, tag="null-edge"):
    """A null where there should be an edge, the node of an edge (both: the first one), or the list of edges."""

    where: Literal["edge", "node", "edges"] = "edge"


class WrongTotal(_Effect, frozen=True, tag="wrong-total"):
    """`totalCount` is off by so many."""

    by: int = 1


Accompaniment = Latency | Growth
"""Happens beside whatever else happens to a request."""
Replacement = Status | Redirect | Reset | Hang | Garbage
"""Takes the answer's place, whatever it was."""
Spoiling = Errors | NullAuditlog | StuckCursor | EmptyPage | ExtraFields | BadNode | NullEdge | WrongTotal
"""Changes what a page says."""
Mishap = Cut | Huge
"""Changes how an answer is carried."""
Effect = Accompaniment | Replacement | Spoiling | Mishap


def spoil(answer: dict[str, Any], effect: Spoiling, cursor: str | None) -> dict[str, Any]:
    """Gives a page's answer with the effect on it; parts that the query did not ask for are left alone.

    Args:
        answer: `{"data": {…: connection}}`; what is in it may be changed.
        effect: What to do to it.
        cursor: The `after` that was sent.
    """
    data: dict[str, Any] = answer["data"]
    name, connection = next((name, value) for name, value in data.items() if isinstance(value, dict))
    match effect:
        case Errors():
            return _with_error(answer, name, effect)
        case NullAuditlog():
            data[name] = None
        case ExtraFields():
            _add_fields(answer)
        case StuckCursor() | EmptyPage():
            _mislead(connection, cursor, effect)
        case WrongTotal(by=by):
            connection["totalCount"] = connection.get("totalCount", 0) + by
        case BadNode() | NullEdge():
            _break(connection, effect)
        case _:
            assert_never(effect)
    return answer


def _with_error(answer: dict[str, Any], name: str, effect: Errors) -> dict[str, Any]:
    error: dict[str, Any] = {"message": effect.message, "path": [name]}
    if effect.code:
        error["extensions"] = {"code": effect.code}
    match effect.data:
        case "absent":
            return {"errors": [error]}
        case "null":
            return {"errors": [error], "data": None}
        case "kept":
            return {"errors": [error], **answer}


def _mislead(connection: dict[str, Any], cursor: str | None, effect: StuckCursor | EmptyPage) -> None:
    end = connection.setdefault("pageInfo", {})
    end["hasNextPage"] = True
    if isinstance(effect, EmptyPage):
        connection["edges"] = []
        end["startCursor"] = None
        end["endCursor"] = cursor
    elif cursor:
        end["endCursor"] = cursor


def _break(connection: dict[str, Any], effect: BadNode | NullEdge) -> None:
    edges: list[Any] = connection.get("edges", [])
    match effect:
        case BadNode(field=field, how=how, index=index):
            for edge in edges[index : index + 1]:
                match how:
                    case "missing":
                        edge["node"].pop(field, None)
                    case "null":
                        edge["node"][field] = None
                    case "number":
                        edge["node"][field] = 42
        case NullEdge(where="edges"):
            connection["edges"] = None
        case NullEdge(where="node"):
            for edge in edges[:1]:
                edge["node"] = None
        case NullEdge():
            edges[:1] = [None]


def _add_fields(value: object) -> None:
    match value:
        case dict():
            for inner in list(value.values()):
                _add_fields(inner)
            value["xNovel"] = {"since": "2031-01-01T00:00:00Z"}
        case list():
            for inner in value:
                _add_fields(inner)
