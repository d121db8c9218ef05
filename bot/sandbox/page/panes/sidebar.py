"""The workspace's conversations, and the app."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from bot.sandbox.page.icons import icon
from bot.sandbox.page.markup import h, join
from bot.sandbox.page.panes.avatars import avatar
from bot.sandbox.page.session import Session
from bot.sandbox.slack import cast
from bot.sandbox.slack.channels import Channel, Kind


def sidebar(session: Session) -> Markup:
    """Gives the sidebar: channels, direct messages, apps."""
    seen = session.workspace.sidebar(session.user)
    channels = [channel for channel in seen if channel.kind is not Kind.DIRECT]
    direct = [channel for channel in seen if channel.kind is Kind.DIRECT and cast.BOT_USER not in channel.members]
    return join(
        [
            _group("Channels", (_entry(channel, session) for channel in channels)),
            _group("Direct messages", (_entry(channel, session) for channel in direct)) if direct else None,
            _group("Apps", [_app(session)]),
        ]
    )


def channel_icon(channel: Channel) -> Markup:
    """Gives the sign before a channel's name."""
    if channel.is_archived:
        return icon("archive")
    return icon("lock" if channel.kind is Kind.PRIVATE else "hash")


def kind_of(channel: Channel) -> str:
    """Gives what the signs beside a channel's name say, in words."""
    kinds = ["private" if channel.kind is Kind.PRIVATE else "public"]
    kinds += ["archived"] if channel.is_archived else []
    kinds += ["shared with another organization"] if channel.is_shared_externally else []
    return ", ".join(kinds)


def _group(name: str, entries: Iterable[Markup]) -> Markup:
    return h("section", h("h2", name), h("ul", join(h("li", entry) for entry in entries)), aria_label=name)


def _entry(channel: Channel, session: Session) -> Markup:
    is_open = channel.id == session.channel
    title = session.reader.title(channel)
    if channel.kind is Kind.DIRECT:
        sign, kind = icon("reply"), "direct messages"
    else:
        sign, kind = channel_icon(channel), kind_of(channel)
    shared = h("span", icon("shared"), class_="shared", title="Shared with another organization")
    return h(
        "button",
        sign,
        h("span", title, class_="name"),
        shared if channel.is_shared_externally else None,
        type="button",
        class_="entry archived" if channel.is_archived else "entry",
        aria_current="page" if is_open else None,
        aria_label=f"{title}, {kind}",
        data_do="open",
        data_id=channel.id,
        data_key=f"channel-{channel.id}",
    )


def _app(session: Session) -> Markup:
    bot = session.workspace.people[cast.BOT_USER]
    return h(
        "button",
        avatar(bot),
        h("span", bot.real_name, class_="name"),
        type="button",
        class_="entry",
        aria_current="page" if session.is_app else None,
        aria_label=f"{bot.real_name}, app",
        data_do="app",
        data_key="app",
    )
