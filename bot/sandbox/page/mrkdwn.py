"""Slack's mrkdwn as safe markup: the text that it is, with nothing in it that is active but what Slack makes active.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re

from markupsafe import Markup

from bot.sandbox.page import chips
from bot.sandbox.page.emoji import NAME
from bot.sandbox.page.markup import h, join
from bot.sandbox.page.reader import Reader

_FENCED = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_QUOTED = re.compile(r"(?:&gt;|>) ?")
_QUOTED_TO_THE_END = re.compile(r"(?:&gt;|>){3}\s?")
_INLINE = re.compile(
    r"<(?P<angle>[^<>\n]+)>"
    r"|(?<![\w`])`(?P<code>[^`\n]+)`(?![\w`])"
    r"|(?<![\w*])\*(?P<bold>(?=\S)[^*\n]*(?<=\S))\*(?![\w*])"
    r"|(?<!\w)_(?P<italic>(?=\S)[^_\n]*(?<=\S))_(?!\w)"
    r"|(?<![\w~])~(?P<strike>(?=\S)[^~\n]*(?<=\S))~(?![\w~])"
    rf"|(?<!\w){NAME.replace('(', '(?P<emoji>', 1)}"
    r"|(?<!\w)(?P<url>https?://[^\s<>|`*]+[^\s<>|`*.,;:!?)'\"\]_~])"
)
_STYLES = {"bold": "b", "italic": "i", "strike": "s"}


def mrkdwn(source: str, reader: Reader) -> Markup:
    """Gives a text in mrkdwn as markup: paragraphs of lines, quotes and preformatted blocks."""
    pieces = _FENCED.split(source)
    blocks = []
    for index, piece in enumerate(pieces):
        if index % 2:
            blocks.append(h("pre", _literal(piece), tabindex=0))
        elif piece.strip("\n"):
            around = piece.removeprefix("\n") if index else piece
            blocks.append(_lines(around.removesuffix("\n") if index + 1 < len(pieces) else around, reader))
    return join(blocks)


def inline(source: str, reader: Reader) -> Markup:
    """Gives one line of mrkdwn, without quotes and preformatted blocks."""
    parts: list[Markup | str] = []
    position = 0
    for found in _INLINE.finditer(source):
        parts += [_unescaped(source[position : found.start()]), _token(found, reader)]
        position = found.end()
    return join([*parts, _unescaped(source[position:])])


def _lines(source: str, reader: Reader) -> Markup:
    blocks: list[Markup] = []
    plain: list[Markup] = []
    quoted: list[Markup] = []

    def settle() -> None:
        for lines, tag in ((plain, "p"), (quoted, "blockquote")):
            if lines:
                blocks.append(h(tag, h("br").join(lines)))
                lines.clear()

    lines = source.split("\n")
    for index, line in enumerate(lines):
        if to_the_end := _QUOTED_TO_THE_END.match(line):
            settle()
            quoted += [inline(rest, reader) for rest in [line[to_the_end.end() :], *lines[index + 1 :]]]
            break
        quote = _QUOTED.match(line)
        if bool(quote) != bool(quoted):
            settle()
        if quote:
            quoted.append(inline(line[quote.end() :], reader))
        else:
            plain.append(inline(line, reader))
    settle()
    return join(blocks)


def _token(found: re.Match[str], reader: Reader) -> Markup | str:
    kind, words = str(found.lastgroup), found[str(found.lastgroup)]
    match kind:
        case "angle":
            return _angle(words, reader)
        case "code":
            return h("code", _literal(words))
        case "emoji":
            return chips.emoji(words)
        case "url":
            return chips.link(_unescaped(words))
        case _:
            return h(_STYLES[kind], inline(words, reader))


def _angle(words: str, reader: Reader) -> Markup:
    target, _, label = words.partition("|")
    target, label = _unescaped(target), _unescaped(label)
    match target[:1], target[1:]:
        case "@", user_id:
            return chips.user(user_id, reader, label)
        case "#", channel_id:
            return chips.channel(channel_id, reader, label)
        case "!", special:
            return _special(special, label, reader)
        case _:
            return chips.link(target, label)


def _special(special: str, label: str, reader: Reader) -> Markup:
    name, *details = special.split("^")
    match name, details:
        case "here" | "channel" | "everyone", []:
            return chips.broadcast(name)
        case "subteam", [group_id, *_]:
            return chips.group(group_id, reader, label)
        case "date", [timestamp, template, *url]:
            return chips.date(timestamp, template, reader, fallback=label, url=url[0] if url else None)
        case _:
            return h("span", label or f"<!{special}>")


def _unescaped(source: str) -> str:
    return source.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _literal(source: str) -> str:
    """Gives what code shows: links by their words, everything else as it is."""
    return _unescaped(re.sub(r"<([^<>|\n]+)(?:\|([^<>\n]*))?>", lambda found: found[2] or found[1], source))
