"""What the person typed: their words and values, freed from what keyboards, Slack and shells do to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_SLACK = re.compile(
    r"(?P<key>\b(?:channel|mention)\s*=\s*[\"“]?)<(?:\#|!subteam\^)(?P<id>[A-Z0-9]+)(?:\|[^<>]*)?>"
    r"|<(?P<link>[^<>]*)>|&(?P<entity>amp|lt|gt);",
    re.IGNORECASE,
)
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}

_DOUBLE_QUOTES = '"“”„‟«»'
_SINGLE_QUOTES = "'‘’‚‛‹›"  # noqa: RUF001 — what phones and word processors make of an apostrophe
_QUOTES = _DOUBLE_QUOTES + _SINGLE_QUOTES
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})

_NAME = rf"[^\s={_QUOTES}][^\s=]*"
_WORD = re.compile(
    rf"""
    \s*
    (?: (?P<empty>{_NAME}) \s*= (?=\s*\Z | \s+{_NAME}\s*=)  # nothing follows, or a word with a key of its own
      | (?: (?P<key>{_NAME}) \s*=\s* )?
        # A closing quotation mark ends its word, so that an apostrophe inside does not close.
        (?: [{_DOUBLE_QUOTES}](?P<double>(?:[^\\]|\\.)*?)[{_DOUBLE_QUOTES}](?!\S)
          | [{_SINGLE_QUOTES}](?P<single>(?:[^\\]|\\.)*?)[{_SINGLE_QUOTES}](?!\S)
          | (?P<plain>\S+)
        )
    )
    """,
    re.VERBOSE,
)
_ESCAPED = re.compile(rf"\\([{_QUOTES}\\])")
_TO_ESCAPE = re.compile(rf"([{_DOUBLE_QUOTES}\\])")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command: a value, after its key if it has one."""

    value: str
    key: str | None = None
    quoted: bool = False

    def __str__(self) -> str:
        value = quote(self.value) if self.quoted or self.value else ""
        return value if self.key is None else f"{self.key}={value}"


@dataclass(frozen=True, slots=True)
class Typed:
    """The words of a command, and the first quotation mark that nothing closes; it was passed over."""

    words: tuple[Word, ...]
    stray_quote: str = ""


def unescape_slack(text: str) -> str:
    """A slash command's text as it was typed, before Slack marked up addresses and mentions and escaped ``& < >``.

    ``<mailto:jane@x.com|jane@x.com>`` is ``jane@x.com`` again, ``<@U123|jane>`` is ``@jane``, ``<#C1|ops>`` ``#ops``.
    Of ``channel=<#C1|ops>`` and ``mention=<!subteam^S1|@oncall>`` the ID stays, since a name alone finds nobody.
    Source: https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    return _SLACK.sub(_as_typed, text)


def _as_typed(match: re.Match[str]) -> str:
    if match["id"]:
        return match["key"] + match["id"]
    if match["entity"]:
        return _ENTITIES[match["entity"]]
    link = unescape_slack(match["link"])
    target, _, label = link.partition("|")
    sigil = target[:1]
    if sigil in {"@", "#"}:
        return sigil + (label.removeprefix(sigil) or target[1:])
    if sigil == "!":
        return label or "@" + target[1:].partition("^")[0]
    if ":" in target:
        return label or target.removeprefix("mailto:").removeprefix("tel:")
    return f"<{link}>"


def tidy(text: str) -> str:
    """The text on one line, without control, zero-width and bidirectional characters, which nobody means to type."""
    return "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in _INVISIBLE
    ).strip()


def words(text: str) -> Typed:
    """The words of a tidy text: ``KEY=VALUE`` or bare, spaces around ``=`` allowed where they leave no doubt.

    A value that starts with a quotation mark, straight or typographic, goes on to the next one of its family that ends
    a word; in it a backslash lets a quotation mark or a backslash stand for itself. An empty value is a missing one.
    """
    found: list[Word] = []
    stray = ""
    at = 0
    while match := _WORD.match(text, at):
        kind = match.lastgroup or ""
        if kind == "plain" and match[kind][0] in _QUOTES:
            at_quote = match.start(kind)
            stray = stray or text[at_quote]
            text = text[:at_quote] + text[at_quote + 1 :]
            continue
        if kind == "empty":
            found.append(Word("", match[kind]))
        elif kind == "plain":
            found.append(Word(match[kind], match["key"]))
        else:
            found.append(Word(_ESCAPED.sub(r"\1", match[kind]).strip(), match["key"], quoted=True))
        at = match.end()
    return Typed(tuple(found), stray)


def quote(value: str) -> str:
    """The value as it can be typed: itself, or in quotation marks where it needs them."""
    if value and value[0] not in _QUOTES and not any(character.isspace() for character in value):
        return value
    return '"' + _TO_ESCAPE.sub(r"\\\1", value) + '"'


def join(arguments: Iterable[str]) -> str:
    """A command's text from a shell's arguments, with the quotation marks that the shell took from around spaces."""
    return " ".join(_requoted(argument) for argument in arguments)


def _requoted(argument: str) -> str:
    key, sign, value = argument.partition("=")
    spaced = value if sign else argument
    if not any(character.isspace() for character in spaced):
        return argument
    typed = words(spaced).words
    if len(typed) == 1 and typed[0].quoted:
        return argument
    return f"{key}={quote(value)}" if sign else quote(argument)
