"""How to ask: the grammar on one screen, and commands to copy for what the person may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.adapters.slack.views.blocks import Json, header, message, preformatted, rich, section, space, text
from bot.adapters.slack.views.notices import spelled
from bot.domain.addresses import AddressBook
from bot.domain.arguments import Arguments, Key
from bot.domain.errors import AccessDenied
from bot.domain.events import Category, Risk
from bot.domain.scopes import Scope, ScopeCatalog

_OFFERED: Final = 8


@dataclass(frozen=True, slots=True)
class _Row:
    """Keys that belong together, an example of each, and what they mean."""

    keys: tuple[Key, ...]
    example: str
    meaning: str


_ROWS: Final = (
    _Row((Key.ORG, Key.SPACE, Key.SCOPE), "org=ID  space=ID  scope=ALIAS", "Whose log: one of these."),
    _Row((Key.REGION,), "region=eu", "Where it is kept, if the settings do not say: us or eu."),
    _Row(
        (Key.SINCE, Key.UNTIL, Key.LAST),
        "since=2024-05-01  until=yesterday  last=24h",
        "When: a day, a time (2024-05-01T10:00, 09:00 Europe/Berlin), a weekday, or how long ago (30m, 24h, 7d, 2w). "
        "The start is in the window and the end is not; days are those of your own time zone.",
    ),
    _Row(
        (Key.ACTOR, Key.ACTION, Key.RESOURCE, Key.TEXT),
        'actor=jane  action=Create  resource=space  text="owner added"',
        "Only events with these words: in who did it, in the action, in what it was done to, anywhere.",
    ),
    _Row((Key.CATEGORY,), "category=membership,token", f"Any of {', '.join(each.value for each in Category)}."),
    _Row((Key.RISK,), "risk=high", f"Any of {', '.join(each.value for each in Risk)}."),
    _Row((Key.ORDER, Key.LIMIT), "order=asc  limit=50", "Oldest first; at most so many events."),
)


def guide(known: ScopeCatalog, *, topic: str | None) -> Json:
    """How commands work, all in all or about the key that ``topic`` names.

    Args:
        known: the scopes that the person may see, and whether others can be named.
        topic: a key, or anything else for all of it.
    """
    rows = [row for row in _ROWS if topic in {key.value for key in row.keys}] or list(_ROWS)
    words: list[Json] = []
    for row in rows:
        words += [text(row.example, code=True), space("\n"), text(row.meaning), space("\n")]
    return message(
        f"How to ask Mondoo's audit log: {spelled('org=ID since=2024-05-01')}",
        header("Ask Mondoo's audit log"),
        _yours(known),
        rich(section(*words[:-1])),
    )


def _yours(known: ScopeCatalog) -> Json:
    """Commands to copy: for each scope the person may see, or for one to be named."""
    book = AddressBook(known, known.scopes)
    commands = [_command(book, scope) for scope in known.scopes[:_OFFERED]]
    if commands:
        more = len(known.scopes) - len(commands)
        others = f" The first {len(commands)} of {len(known.scopes)}:" if more else ""
        return rich(section(text(f"To copy, for what you may see here.{others}")), preformatted(*commands))
    if known.open:
        return rich(
            section(text("To copy, with the ID of an organization or a space:")),
            preformatted(spelled("org=ID since=2024-05-01")),
        )
    return rich(section(text(f"There is no audit log that you may see here. {AccessDenied.advice}", bold=True)))


def _command(book: AddressBook, scope: Scope) -> str:
    return spelled(str(Arguments(values={**book.address(scope), Key.LAST: "7d"})))
