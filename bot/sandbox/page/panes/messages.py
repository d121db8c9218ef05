"""One message as the reader sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from bot.sandbox.page.blocks import blocks
from bot.sandbox.page.icons import icon
from bot.sandbox.page.markup import h, join
from bot.sandbox.page.mrkdwn import mrkdwn
from bot.sandbox.page.panes.avatars import avatar
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack.blocks.words import words
from bot.sandbox.slack.manifest import Shortcut
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.shapes import Json

_SHOWN_WORDS = 160
_COLORS = {"good": "2eb67d", "warning": "ecb22e", "danger": "e01e5a"}
_HEX = re.compile(r"[0-9a-fA-F]{3}|[0-9a-fA-F]{6}")


def message(
    held: Message,
    reader: Reader,
    *,
    is_compact: bool = False,
    shortcuts: Iterable[Shortcut] = (),
    in_thread: bool = False,
) -> Markup:
    """Gives a message.

    Args:
        held: The message.
        reader: Who reads it.
        is_compact: Whether it follows one by the same person, so that the face and the name need not be repeated.
        shortcuts: What the app offers to do with a message.
        in_thread: Whether it stands in the thread's own pane.
    """
    author = reader.workspace.people[held.user]
    moment = reader.moment(held.ts)
    at = h(
        "time", f"{moment:%H:%M}", datetime=moment.isoformat(), title=f"{moment:%A, %d %B %Y, %H:%M:%S}", class_="at"
    )
    badge = h("span", "APP", class_="badge") if author.bot_id else None
    meta = h("div", h("strong", author.real_name, class_="author"), badge, at, class_="meta")
    return h(
        "article",
        h("div", at if is_compact else avatar(author), class_="gutter"),
        h(
            "div",
            h("div", icon("eye"), "Only visible to you", class_="only-you") if held.ephemeral_for else None,
            None if is_compact else meta,
            _content(held, reader),
            _files(held, reader),
            None if in_thread else _replies(held, reader),
            h("div", class_="action-error", role="alert", data_action_error=True),
            class_="message-body",
        ),
        _menu(held, shortcuts, in_thread=in_thread),
        class_=" ".join(
            ["message", *(["compact"] if is_compact else []), *(["ephemeral"] if held.ephemeral_for else [])]
        ),
        tabindex=-1,
        data_testid="message",
        data_surface=f"{held.channel}/{held.ts}",
        aria_label=f"{author.real_name} at {moment:%H:%M}" + (", only visible to you" if held.ephemeral_for else ""),
    )


def spoken(held: Message, reader: Reader) -> str:
    """Gives a message in a sentence, for those who hear the page."""
    said = held.text or " ".join(words(list(held.blocks)))
    return f"{reader.workspace.people[held.user].real_name}: {said[:_SHOWN_WORDS]}"


def _content(held: Message, reader: Reader) -> Markup:
    said = None
    if held.blocks:
        said = blocks(held.blocks, reader)
    elif held.text:
        plain = h("p", h("br").join(held.text.split("\n")))
        said = h("div", mrkdwn(held.text, reader) if held.is_mrkdwn else plain, class_="plain", data_testid="text")
    edited = h("small", "(edited)", class_="edited") if held.edited_ts else None
    attached = join(_attachment(one, reader) for one in held.attachments)
    return h("div", said, edited, attached, class_="content")


def _attachment(attached: Json, reader: Reader) -> Markup:
    if attached.get("blocks"):
        said = blocks([{"block_id": "", **block} for block in attached["blocks"]], reader)
    else:
        said = mrkdwn(str(attached.get("text") or attached.get("fallback") or ""), reader)
    title = attached.get("title")
    color = _COLORS.get(str(attached.get("color")), str(attached.get("color")).removeprefix("#"))
    return h(
        "div",
        h("strong", str(title)) if title else None,
        said,
        class_="attachment",
        style=f"border-left-color: #{color}" if _HEX.fullmatch(color) else None,
        data_testid="attachment",
    )


def _files(held: Message, reader: Reader) -> Markup | None:
    found = [reader.workspace.files[file] for file in held.files if file in reader.workspace.files]
    if not found:
        return None
    return h(
        "div",
        join(
            h(
                "button",
                h("strong", file.title or file.name),
                h("small", f"{file.name} · {len(file.content or b''):,} bytes"),
                type="button",
                class_="file",
                data_testid="file",
                data_do="download",
                data_id=file.id,
            )
            for file in found
        ),
        class_="files",
    )


def _replies(held: Message, reader: Reader) -> Markup | None:
    replies = reader.workspace.thread(held.channel, held.ts, reader.user.id)
    if not replies:
        return None
    faces = {reply.user: reader.workspace.people[reply.user] for reply in replies}
    count = f"{len(replies)} repl{'y' if len(replies) == 1 else 'ies'}"
    last = reader.date(replies[-1].ts, "Last reply {date_short_pretty} at {time}")
    return h(
        "button",
        join(avatar(face) for face in list(faces.values())[:3]),
        h("span", count, class_="count"),
        h("small", last),
        type="button",
        class_="replies",
        data_testid="replies",
        data_do="thread",
        data_id=held.ts,
    )


def _menu(held: Message, shortcuts: Iterable[Shortcut], *, in_thread: bool) -> Markup:
    def entry(words: str, do: str, **more: str) -> Markup:
        marks = {f"data_{name}": value for name, value in more.items()}
        return h("button", words, type="button", data_do=do, data_id=held.ts, **marks)

    may_reply = not in_thread and not held.ephemeral_for
    entries = [
        entry("Reply in thread", "thread") if may_reply else None,
        *(entry(one.name, "shortcut", callback=one.callback_id) for one in shortcuts if not held.ephemeral_for),
        entry("Dismiss message", "dismiss") if held.ephemeral_for else None,
        entry("Show as JSON", "raw"),
    ]
    return h(
        "details",
        h("summary", "⋯", class_="button button-icon", aria_label="More actions", title="More actions"),
        h("div", join(entries), class_="menu"),
        class_="has-menu message-menu",
    )
