"""What stands in a search form, from the question it begins with to the question it asks.

The form says what the grammar says, in the same words where something is wrong, but each complaint has a place: the
field to put it beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from bot.domain.addresses import AddressBook
from bot.domain.arguments import Arguments, Key
from bot.domain.commands import render
from bot.domain.errors import UserError
from bot.domain.moments import write_moment
from bot.domain.query import AuditQuery, Filters, Order, Window
from bot.domain.questions import read_filters, read_window
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.typed import tidy
from bot.domain.whose import find_scope

_DAY = timedelta(days=1)


class Span(Enum):
    """How far back to look. The value is what ``last=`` takes, where it is one."""

    HOUR = "1h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    EVER = "all"
    BETWEEN = "between"
    """From one moment until another, each chosen."""

    @property
    def length(self) -> timedelta | None:
        """How long it is; None where it has no fixed length."""
        return _LENGTHS.get(self)


_LENGTHS = {Span.HOUR: timedelta(hours=1), Span.DAY: _DAY, Span.WEEK: 7 * _DAY, Span.MONTH: 30 * _DAY}


class Field(Enum):
    """A field of the form. The value is the name that surfaces know it by."""

    SCOPE = "scope"
    OTHER = "other"
    WHERE = "where"
    SPAN = "span"
    SINCE = "since"
    UNTIL = "until"
    ACTOR = "actor"
    ACTION = "action"
    CATEGORY = "category"
    RISK = "risk"
    RESOURCE = "resource"
    TEXT = "text"
    ORDER = "order"


_TYPED = {Key.ACTOR: Field.ACTOR, Key.ACTION: Field.ACTION, Key.RESOURCE: Field.RESOURCE, Key.TEXT: Field.TEXT}


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the fields: not necessarily a question that can be asked.

    It says nothing of a limit: an answer is read as far as somebody pages through it.
    """

    scope: Scope | None = None
    """One of those offered; None where another is named, or none yet."""
    other: str = ""
    """Another one: an ID or an MRN."""
    kind: ScopeKind = ScopeKind.ORGANIZATION
    region: Region = Region.US
    """What the other one is, and where."""
    names_other: bool = False
    span: Span = Span.DAY
    since: datetime | None = None
    """Where the span begins and ends, if those are chosen; None leaves that side open."""
    until: datetime | None = None
    filters: Filters = field(default_factory=Filters)
    order: Order = Order.NEWEST_FIRST

    @classmethod
    def of(cls, query: AuditQuery, now: datetime) -> Draft:
        """The draft that asks a question again: for the same span before now, where it is one that the form has."""
        known = (span for span in Span if span.length and query.window == Window(_whole(now) - span.length))
        span = next(known, Span.BETWEEN if query.window.since or query.window.until else Span.EVER)
        chosen = query.window if span is Span.BETWEEN else Window()
        return cls(
            scope=query.scope,
            kind=query.scope.kind,
            region=query.scope.region,
            span=span,
            since=chosen.since,
            until=chosen.until,
            filters=query.filters,
            order=query.order,
        )

    def naming(self) -> Draft:
        """The same draft with its scope named by ID, for a form that does not offer it."""
        if self.scope is None:
            return replace(self, names_other=True)
        scope = self.scope
        return replace(self, scope=None, other=scope.id, kind=scope.kind, region=scope.region, names_other=True)


class Mistakes(UserError):
    """What is wrong with a draft: a sentence for each field, never none."""

    def __init__(self, by_field: Mapping[Field, str]) -> None:
        super().__init__(" ".join(by_field.values()))
        self.by_field = by_field


def settle(draft: Draft, *, now: datetime, zone: str) -> AuditQuery:
    """The question that a draft asks. Whether there is such a scope, and the person may see it, is not asked.

    Args:
        draft: what stands in the form.
        now: the present, aware.
        zone: the IANA name of the person's time zone, for the words of what is wrong.

    Raises:
        Mistakes: it asks none; all that is wrong with it.
    """
    wrong: dict[Field, str] = {}
    scope = _scope(draft, wrong)
    filters = _filters(draft.filters, wrong)
    window = _window(draft, now, zone, wrong)
    if wrong or scope is None:
        raise Mistakes(wrong)
    return AuditQuery(scope, window, filters, draft.order)


def remembered(draft: Draft, query: AuditQuery, *, zone: str, catalog: ScopeCatalog) -> str:
    """The command by which to begin with the same draft again; a span before now is one again, whenever that is."""
    if draft.span.length is None:
        return render(query, zone=zone, catalog=catalog)
    return f"{render(replace(query, window=Window()), zone=zone, catalog=catalog)} {Key.LAST}={draft.span.value}"


def _scope(draft: Draft, wrong: dict[Field, str]) -> Scope | None:
    if draft.scope is not None:
        return draft.scope
    typed = tidy(draft.other)
    if not typed:
        wrong[Field.OTHER if draft.names_other else Field.SCOPE] = "Say whose log to read."
        return None
    # Read as if nothing were configured, so that the words tell nothing of what is.
    book = AddressBook(ScopeCatalog(default_region=draft.region))
    key = Key.ORG if draft.kind is ScopeKind.ORGANIZATION else Key.SPACE
    try:
        return book.resolve(Key.SCOPE, typed, None) or find_scope(Arguments(values={key: typed}), book)
    except UserError as error:
        wrong[Field.OTHER] = str(error)
        return None


def _filters(filters: Filters, wrong: dict[Field, str]) -> Filters:
    values: dict[Key, str] = {}
    for key, place in _TYPED.items():
        if not (value := tidy(getattr(filters, key.value))):
            continue
        try:
            read_filters(Arguments(values={key: value}))
        except UserError as error:
            wrong[place] = str(error)
        else:
            values[key] = value
    return replace(read_filters(Arguments(values=values)), categories=filters.categories, risks=filters.risks)


def _window(draft: Draft, now: datetime, zone: str, wrong: dict[Field, str]) -> Window:
    if draft.span.length is not None:
        return Window(_whole(now) - draft.span.length)
    if draft.span is Span.EVER:
        return Window()
    values = {
        key: write_moment(moment, zone)
        for key, moment in ((Key.SINCE, draft.since), (Key.UNTIL, draft.until))
        if moment is not None
    }
    if not values:
        wrong[Field.SPAN] = "Choose when it begins, when it ends, or both."
    try:
        read_window(Arguments(values=values).without(Key.UNTIL), now, zone)
    except UserError as error:
        wrong[Field.SINCE] = str(error)
        return Window()
    try:
        return read_window(Arguments(values=values), now, zone)
    except UserError as error:
        wrong[Field.UNTIL] = str(error)
        return Window()


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
