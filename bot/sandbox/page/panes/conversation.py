"""What stands above and below a conversation: its name and kind, and the composer."""

from __future__ import annotations

import json
from collections.abc import Iterable

from markupsafe import Markup

from bot.sandbox.page.icons import icon
from bot.sandbox.page.markup import h, join
from bot.sandbox.page.panes.sidebar import channel_icon, kind_of
from bot.sandbox.page.session import Session
from bot.sandbox.slack import cast
from bot.sandbox.slack.channels import Kind
from bot.sandbox.slack.ids import Ts
from bot.sandbox.slack.manifest import Command, Manifest
from bot.sandbox.slack.people import Role


def heading(session: Session, manifest: Manifest) -> Markup:
    """Gives the bar above the conversation; the app's has its tabs. The page's address and title follow it."""
    channel = session.conversation
    title = session.reader.title(channel)
    address = {"data_person": session.reader.user.name, "data_place": session.place, "data_title": title}
    if channel.kind is Kind.DIRECT:
        tabs = _tabs(session, manifest) if session.is_app else None
        badge = h("span", "APP", class_="badge") if session.is_app else None
        return h("div", h("h1", title), badge, tabs, class_="title", **address)
    about = [kind_of(channel), f"{len(channel.members)} members"]
    if cast.BOT_USER not in channel.members:
        about.append(f"{manifest.name} is not in this channel")
    shared = h("span", "shared", class_="tag", title="Another organization reads along")
    return h(
        "div",
        h("h1", channel_icon(channel), title),
        shared if channel.is_shared_externally else None,
        h("span", " · ".join(about), class_="about"),
        class_="title",
        **address,
    )


def composer(session: Session, manifest: Manifest, *, thread: Ts | None = None) -> Markup:
    """Gives what one writes in, or why one cannot write here."""
    channel, user = session.conversation, session.reader.user
    if user.role is Role.DEACTIVATED:
        return _barred(f"{user.real_name}'s account is deactivated: there is no signing in as them, and no writing.")
    if channel.is_archived:
        return _barred(f"You are viewing #{channel.name}, an archived channel.")
    if user.id not in channel.members:
        join_in = h("button", "Join channel", type="button", class_="button button-primary", data_do="join")
        return _barred(f"You are looking at #{channel.name} from outside.", join_in)
    where = "the thread" if thread else _place(session)
    commands = [] if thread else [_offered(command) for command in manifest.commands.values()]
    listed = f"commands-{'thread' if thread else 'channel'}"
    return h(
        "form",
        _shortcuts(manifest) if thread is None else None,
        h("ul", id=listed, role="listbox", class_="commands", aria_label="Commands", hidden=True),
        h(
            "textarea",
            rows=1,
            placeholder="Reply…" if thread else f"Message {where}",
            aria_label=f"Message to {where}",
            aria_autocomplete="list",
            aria_controls=listed,
            aria_expanded="false",
            role="combobox",
            autocomplete="off",
            maxlength=12_000,
            data_testid="composer",
            data_key=f"composer-{thread or ''}",
        ),
        h("button", icon("send"), type="submit", class_="button button-icon send", aria_label="Send", title="Send"),
        class_="composer",
        data_composer=True,
        data_thread=thread,
        data_draft=f"{user.id}/{channel.id}/{thread or ''}",
        data_commands=json.dumps(commands),
    )


def notice(words: str | None) -> Markup:
    """Gives what Slack's client itself has to say, to the acting person alone."""
    if words is None:
        return join([])
    dismiss = h(
        "button", icon("close"), type="button", class_="button button-icon", aria_label="Dismiss", data_do="hush"
    )
    return h("div", icon("eye"), h("span", words), dismiss, class_="notice", data_testid="notice")


def _shortcuts(manifest: Manifest) -> Markup | None:
    offered = [shortcut for shortcut in manifest.shortcuts.values() if shortcut.is_global]
    if not offered:
        return None
    entries = (
        h("button", one.name, type="button", data_do="shortcut", data_callback=one.callback_id) for one in offered
    )
    opener = h("summary", icon("spark"), class_="button button-icon", aria_label="Shortcuts", title="Shortcuts")
    return h("details", opener, h("div", join(entries), class_="menu"), class_="has-menu")


def _place(session: Session) -> str:
    channel = session.conversation
    title = session.reader.title(channel)
    return title if channel.kind is Kind.DIRECT else f"#{title}"


def _offered(command: Command) -> dict[str, str]:
    return {"name": command.name, "description": command.description, "usage": command.usage_hint}


def _barred(words: str, *more: Markup) -> Markup:
    return h("div", h("p", words), *more, class_="barred", data_testid="barred")


def _tabs(session: Session, manifest: Manifest) -> Markup:
    named: Iterable[tuple[str, str, bool]] = [
        ("messages", "Messages", not session.is_home),
        *([("home", "Home", session.is_home)] if manifest.has_home else []),
    ]
    return h(
        "div",
        join(
            h(
                "button",
                words,
                type="button",
                role="tab",
                aria_selected="true" if is_shown else "false",
                data_do="tab",
                data_id=name,
                data_key=f"tab-{name}",
            )
            for name, words, is_shown in named
        ),
        role="tablist",
        class_="tabs",
    )
