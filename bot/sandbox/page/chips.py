"""What stands for somebody or something: mentions, links, dates."""

from __future__ import annotations

from markupsafe import Markup

from bot.sandbox.page.drawings import drawing
from bot.sandbox.page.emoji import emoji as character
from bot.sandbox.page.markup import h, is_safe_address, text
from bot.sandbox.page.reader import Reader


def user(user_id: str, reader: Reader, label: str | None = None) -> Markup:
    """Gives the mention of a user, standing out if it is the reader."""
    name = reader.user_name(user_id) or label or user_id
    return _mention(f"@{name}", user_id, is_me=user_id == reader.user.id)


def group(group_id: str, reader: Reader, label: str | None = None) -> Markup:
    """Gives the mention of a user group."""
    handle = reader.group_name(group_id) or (label or group_id).removeprefix("@")
    return _mention(f"@{handle}", group_id)


def channel(channel_id: str, reader: Reader, label: str | None = None) -> Markup:
    """Gives the mention of a channel."""
    name = reader.channel_name(channel_id) or label or channel_id
    return _mention(f"#{name}", channel_id)


def broadcast(audience: str) -> Markup:
    """Gives the mention of everybody: here, channel or everyone."""
    return _mention(f"@{audience}", audience, is_me=True)


def link(address: str, label: str | Markup | None = None, title: str | None = None) -> Markup:
    """Gives a link that opens beside the page; an address that is none of the web stays text."""
    shown = text(label) if label else text(address)
    if not is_safe_address(address) or address.startswith(("/", "#")):
        return shown
    return h("a", shown, href=address, target="_blank", rel="noopener noreferrer", title=title)


def date(
    timestamp: float | str, template: str, reader: Reader, *, fallback: str = "", url: str | None = None
) -> Markup:
    """Gives a date in the reader's zone, or its fallback if there is no such date."""
    try:
        words, moment = reader.date(timestamp, template), reader.moment(timestamp)
    except ValueError:
        return text(fallback)
    full = f"{moment:%A, %d %B %Y, %H:%M:%S} ({reader.user.tz})"
    shown = h("time", words, datetime=moment.isoformat(), title=full)
    return link(url, shown) if url else shown


def emoji(name: str, characters: str | None = None) -> Markup:
    """Gives an emoji by its name: drawn, or as a character of the reader's own font, or as its name if it is none.

    Args:
        name: Without colons.
        characters: What the app says that it looks like, for one that is not drawn here.
    """
    shown = drawing(name) or characters or character(name)
    if shown is None:
        return text(f":{name}:")
    return h("span", shown, role="img", class_="emoji", title=f":{name}:", aria_label=name.replace("_", " "))


def _mention(words: str, target: str, *, is_me: bool = False) -> Markup:
    return h("span", words, class_="mention mention-me" if is_me else "mention", data_mention=target)
