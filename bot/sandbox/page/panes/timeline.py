"""A conversation as the list it is: day dividers and messages, each with a key of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from bot.sandbox.page.dates import day_name
from bot.sandbox.page.markup import h
from bot.sandbox.page.panes.messages import message
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack.ids import micros_of
from bot.sandbox.slack.manifest import Shortcut
from bot.sandbox.slack.messages import Message

_TOGETHER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the list."""

    key: str
    markup: Markup


def timeline(
    held: Sequence[Message], reader: Reader, *, shown: int | None = None, shortcuts: Sequence[Shortcut] = ()
) -> Iterator[Item]:
    """Gives a conversation's entries, oldest first: the newest `shown` messages below a way to the others."""
    visible = held if shown is None else held[-shown:]
    if len(visible) < len(held):
        yield Item("earlier", h("button", "Show earlier messages", type="button", class_="button", data_do="earlier"))
    before: Message | None = None
    for one in visible:
        day = reader.moment(one.ts).date()
        starts_day = before is None or reader.moment(before.ts).date() != day
        if starts_day:
            yield Item(f"day-{day}", _divider(day_name(reader.moment(one.ts), reader.now)))
        compact = not starts_day and before is not None and _belong_together(before, one)
        yield Item(one.ts, message(one, reader, is_compact=compact, shortcuts=shortcuts))
        before = one


def thread(root: Message, replies: Sequence[Message], reader: Reader) -> Iterator[Item]:
    """Gives a thread's entries: the root, how many replies there are, and the replies."""
    yield Item(root.ts, message(root, reader, in_thread=True))
    if replies:
        count = f"{len(replies)} repl{'y' if len(replies) == 1 else 'ies'}"
        yield Item("count", _divider(count))
    for before, one in zip([root, *replies], replies, strict=False):
        compact = before is not root and _belong_together(before, one)
        yield Item(one.ts, message(one, reader, is_compact=compact, in_thread=True))


def _divider(words: str) -> Markup:
    return h("div", h("span", words), class_="day", role="separator", aria_label=words)


def _belong_together(before: Message, after: Message) -> bool:
    """Whether a message goes on where the one before it ended; what has blocks or files stands by itself."""
    if any((one.blocks or one.attachments or one.files) for one in (before, after)):
        return False
    apart = timedelta(microseconds=micros_of(after.ts) - micros_of(before.ts))
    alike = before.user == after.user and before.ephemeral_for == after.ephemeral_for
    return alike and apart < _TOGETHER and before.thread_ts is None
