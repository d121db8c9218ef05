"""The events of a digest, each whole: in a message, in its thread, or in a file there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from bot.adapters.slack.views.blocks import Json, context, message
from bot.adapters.slack.views.entries import listed
from bot.adapters.slack.views.forms import unadorned
from bot.adapters.slack.views.limits import BUDGET, weight
from bot.adapters.slack.views.places import name_of, names_of
from bot.adapters.slack.views.references import references
from bot.domain.deliveries import Attachment, Content, Message
from bot.domain.digests import Digest, Entry, events_of
from bot.domain.records import COLUMNS, as_csv, csv_row
from bot.domain.scopes import ScopeCatalog
from bot.domain.zones import zone_or_utc

IN_THREAD: Final = 60
"""More events than that nobody reads in a thread: they are in a file."""
_IN_A_MESSAGE: Final = 15
_ROOM: Final = BUDGET - 1000
"""Of a message of details, for entries alone."""


def told(entries: Sequence[Entry], digest: Digest, catalog: ScopeCatalog) -> list[list[Json]]:
    """The blocks of each of these entries of the digest: the event whole, what earlier ones make of it, and a menu."""
    terms = digest.subscription.terms
    zone, several = zone_or_utc(terms.zone), len(terms.scopes) > 1
    return [
        listed(
            each.event,
            zone,
            reference,
            dated=True,
            late=digest.is_late(each),
            whose=name_of(each.event.scope, catalog) if several else "",
            identified=True,
            notes=digest.told_of(each),
        )
        for each, reference in zip(entries, references(events_of(entries)), strict=True)
    ]


def details(digest: Digest, entries: Sequence[Entry], catalog: ScopeCatalog) -> list[Content]:
    """These entries of the digest in the order in which they happened: messages for its thread, or one file."""
    ordered = sorted(entries, key=lambda each: each.event.at)
    if len(digest.entries) > IN_THREAD:
        return [_file(digest, ordered, catalog)]
    return list(_thread(digest, ordered, catalog))


def _thread(digest: Digest, entries: Sequence[Entry], catalog: ScopeCatalog) -> Iterator[Message]:
    done = 0
    for batch in _batches(told(entries, digest, catalog)):
        words = f"Events {done + 1}–{done + len(batch)} of {len(entries)}, oldest first"
        done += len(batch)
        form = message(words, context(words), *chain.from_iterable(batch))
        yield Message((form, unadorned(form)))


def _batches(entries: Sequence[list[Json]]) -> Iterator[list[list[Json]]]:
    """The entries in messages that are neither too heavy nor too long to read, as even as can be."""
    batch: list[list[Json]] = []
    most = -(-len(entries) // -(-len(entries) // _IN_A_MESSAGE))
    for blocks in entries:
        if batch and (len(batch) == most or weight([*chain.from_iterable(batch), *blocks]) > _ROOM):
            yield batch
            batch = []
        batch.append(blocks)
    yield batch


def _file(digest: Digest, entries: Sequence[Entry], catalog: ScopeCatalog) -> Attachment:
    """All of it as CSV: the columns of every export, and one more that marks what came late."""
    rows = (f"{as_csv(each.event)},{'late' if digest.is_late(each) else ''}" for each in entries)
    names = names_of(digest.subscription.terms.scopes, catalog)
    return Attachment(
        name=f"mondoo-audit-{digest.id}.csv",
        title=f"{len(entries):,} events in {names}",
        content="".join(f"{row}\n" for row in (csv_row((*COLUMNS, "late")), *rows)),
    )
