"""The search window: what to look for, in fields, and what becomes of what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Final

from bot.adapters.slack import ids
from bot.adapters.slack.views import windows
from bot.adapters.slack.views.blocks import Json, context
from bot.adapters.slack.views.inputs import (
    OPTIONS,
    Option,
    at_once,
    boxes,
    entry,
    form,
    many,
    menu,
    moment,
    radio,
    typing,
)
from bot.adapters.slack.views.notices import Mark, problem
from bot.domain.access import ChannelId
from bot.domain.drafts import Draft, Field, Span
from bot.domain.events import Category, Risk
from bot.domain.query import Order
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind

TITLE: Final = "Search the audit log"
ANOTHER: Final = "another"
"""The option of the menu of scopes that stands for one that is not in it."""

_SPANS: Final = {
    Span.HOUR: "Last hour",
    Span.DAY: "Last 24 hours",
    Span.WEEK: "Last 7 days",
    Span.MONTH: "Last 30 days",
    Span.EVER: "All time",
    Span.BETWEEN: "From … until …",
}
_ORDERS: Final = {Order.NEWEST_FIRST: "Newest first", Order.OLDEST_FIRST: "Oldest first"}


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody may choose from: the scopes that they may see there, and where others may be."""

    catalog: ScopeCatalog
    """As they may know it."""
    direct: bool = False
    """Whether the answer goes to their direct messages, not to where they opened the window."""

    @property
    def scopes(self) -> Sequence[Scope]:
        """Those in the menu, the ones with an alias first; as many as it holds."""
        ordered = sorted(self.catalog.scopes, key=lambda scope: self.catalog.alias_of(scope) is None)
        return ordered if len(ordered) < OPTIONS else ordered[: OPTIONS - 1]

    @property
    def others(self) -> bool:
        """Whether a scope may be named that is not in the menu."""
        return self.catalog.open or len(self.scopes) < len(self.catalog.scopes)

    @property
    def regions(self) -> Sequence[Region]:
        """Where such a scope may be, the usual place first."""
        catalog = self.catalog
        in_use = {catalog.default_region, *(scope.region for scope in catalog.scopes)}
        reached = in_use | (set(catalog.regions) - {Region.CUSTOM} if catalog.open else set())
        return sorted(reached, key=lambda region: (region is not catalog.default_region, region.value))


def loading() -> Json:
    """What the window shows until it is known what may be chosen."""
    return _saying(problem(Mark.WAITING, "Opening the search …", "If nothing else appears here, close it and retry."))


def refused(explanation: Json) -> Json:
    """The window that says what a message would: why there is nothing to fill in."""
    return _saying(explanation)


def sent(title: str) -> Json:
    """What the window shows after a search whose answer appears elsewhere; ``title`` is the scope's."""
    sentence = f"Reading the audit log of {title}."
    return _saying(problem(Mark.WAITING, sentence, "The answer comes in your messages with this app."))


def view(draft: Draft, offer: Offer, metadata: str) -> Json:
    """The window with its fields, filled in as the draft says.

    Args:
        draft: what stands in the fields at first. A scope that is not offered is named by its ID, if others may be.
        offer: what there is to choose from.
        metadata: what the submission has to bring back.
    """
    here = "The answer appears where you opened this, for you alone."
    place = "The answer comes in your messages with this app." if offer.direct else here
    return form(
        TITLE,
        *_scope(draft, offer),
        *_span(draft),
        *_filters(draft),
        _entry(Field.ORDER, "Order", radio([Option(o.value, w) for o, w in _ORDERS.items()], draft.order.value)),
        context(place),
        callback=ids.SEARCH_WINDOW,
        submit="Search",
        metadata=metadata,
    )


def name(place: Field) -> str:
    """What Slack knows a field by."""
    return f"search.{place.value}"


def token(scope: Scope) -> str:
    """What stands for a scope in the menu: an ID may be longer than an option's value."""
    return blake2s(str(scope).encode(), digest_size=12).hexdigest()


def write_place(kind: ScopeKind, region: Region) -> str:
    """A kind of scope and a region as an option's value."""
    return f"{kind.value}:{region.value}"


def _saying(explanation: Json) -> Json:
    # Windows to read keep where they were opened from; nothing in this one asks for that.
    return {**windows.window(TITLE, explanation, ChannelId("")), "private_metadata": ""}


def _scope(draft: Draft, offer: Offer) -> list[Json]:
    known = offer.scopes
    if draft.scope is not None and draft.scope not in known:
        draft = draft.naming()
    names_other = offer.others and (draft.names_other or not known)
    blocks: list[Json] = []
    if known:
        options = [_option(scope, offer.catalog) for scope in known]
        if offer.others:
            options.append(Option(ANOTHER, "Another one, by its ID …"))
        chosen = ANOTHER if names_other else _token(draft.scope)
        element = menu(options, chosen, "Choose an organization or a space")
        field = _entry(Field.SCOPE, "Audit log of", element, optional=False)
        blocks.append(at_once(field) if offer.others else field)
    if names_other:
        places = [
            Option(write_place(kind, region), f"{kind.word.capitalize()} · {region.title}")
            for region in offer.regions
            for kind in ScopeKind
        ]
        place = write_place(draft.kind, draft.region)
        if place not in {option.value for option in places}:
            place = places[0].value
        blocks += [
            _entry(Field.OTHER, "ID", typing(draft.other, example="mondoo-organization-1"), optional=False),
            _entry(Field.WHERE, "Which is the ID of", menu(places, place), optional=False),
        ]
    return blocks


def _token(scope: Scope | None) -> str | None:
    return None if scope is None else token(scope)


def _option(scope: Scope, catalog: ScopeCatalog) -> Option:
    alias = catalog.alias_of(scope)
    kind = f"{scope.kind.word} · {scope.region.title}"
    return Option(token(scope), alias or scope.id, f"{scope.id} · {kind}" if alias else kind)


def _span(draft: Draft) -> list[Json]:
    options = [Option(span.value, words) for span, words in _SPANS.items()]
    blocks = [at_once(_entry(Field.SPAN, "When", menu(options, draft.span.value), optional=False))]
    if draft.span is Span.BETWEEN:
        blocks += [
            _entry(Field.SINCE, "From", moment(draft.since), hint="Left empty: from the beginning of the log."),
            _entry(Field.UNTIL, "Until", moment(draft.until), hint="Left empty: until now."),
        ]
    return blocks


def _filters(draft: Draft) -> list[Json]:
    filters = draft.filters
    return [
        _entry(Field.ACTOR, "Actor", typing(filters.actor, example="Who did it: a part of the name, as in jane")),
        _entry(Field.ACTION, "Action", typing(filters.action, example="What was done, as in Create or Token")),
        _entry(
            Field.CATEGORY,
            "Category",
            many(
                [Option(category.value, _title(category.value)) for category in Category],
                {category.value for category in filters.categories},
                "All",
            ),
        ),
        _entry(
            Field.RISK,
            "Risk",
            boxes([Option(risk.value, _title(risk.value)) for risk in Risk], {risk.value for risk in filters.risks}),
            hint="None ticked: all.",
        ),
        _entry(
            Field.RESOURCE,
            "Resource",
            typing(filters.resource, example="What it was done to: a part of its name or MRN"),
        ),
        _entry(Field.TEXT, "Text", typing(filters.text, example="Words anywhere in the event")),
    ]


def _title(word: str) -> str:
    return word.replace("-", " ").capitalize()


def _entry(place: Field, label: str, element: Json, *, hint: str = "", optional: bool = True) -> Json:
    return entry(name(place), label, element, hint=hint, optional=optional)
