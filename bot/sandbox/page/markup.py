"""Markup that is safe by construction: whatever is not `Markup` already is text, and text is escaped.

This is the only place in the page where markup comes into being. Tags and attribute names are the program's, texts and
attribute values may be anybody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

Child = str | Markup | None
Attribute = str | int | float | bool | None

_VOID = frozenset({"br", "hr", "img", "input"})
_ADDRESSES = frozenset({"href", "src"})
_SAFE_ADDRESS = re.compile(r"(https?://|mailto:|/(?!/)|#)", re.IGNORECASE)
_ILL_FORMED = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def h(tag: str, *children: Child, **attributes: Attribute) -> Markup:
    """Gives an element.

    Args:
        tag: Its name.
        children: Texts, which are escaped, and markup, which is not; None is left out.
        attributes: `aria_label="…"` is `aria-label`, `class_` is `class`. False and None leave the attribute out, True
            writes it without a value. An address that is not http, https, mailto or of this page is left out.
    """
    opened = Markup("").join([Markup(f"<{tag}"), *_attributes(attributes), Markup(">")])  # noqa: S704 — our own tag
    if tag in _VOID:
        return opened
    return Markup("").join([opened, join(children), Markup(f"</{tag}>")])  # noqa: S704 — likewise


def join(children: Iterable[Child]) -> Markup:
    """Gives texts and markup in a row."""
    return Markup("").join(text(child) for child in children if child is not None)


def text(words: str) -> Markup:
    """Gives a text as markup, legible; markup stays what it is."""
    return words if isinstance(words, Markup) else escape(legible(words))


def legible(words: str) -> str:
    """Gives a text with control characters and halves of characters replaced, which no page can hold."""
    return _ILL_FORMED.sub("\ufffd", words)


def is_safe_address(address: str) -> bool:
    """Whether an address may stand in a link: http, https, mailto, or a place on this server."""
    return _SAFE_ADDRESS.match(address) is not None


def _attributes(attributes: dict[str, Attribute]) -> Iterable[Markup]:
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        written = name.rstrip("_").replace("_", "-")
        if value is True:
            yield Markup(f" {written}")  # noqa: S704 — our own name
        elif written not in _ADDRESSES or is_safe_address(str(value)):
            yield Markup(' {}="{}"').format(Markup(written), text(str(value)))  # noqa: S704 — likewise
