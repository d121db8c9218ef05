"""Faces: initials on a colour of their own."""

from __future__ import annotations

from zlib import crc32

from markupsafe import Markup

from bot.sandbox.page.markup import h
from bot.sandbox.slack.people import User

_DEGREES = 360


def avatar(user: User) -> Markup:
    """Gives a user's avatar, silent to screen readers since the name stands beside it."""
    hue = None if user.bot_id else f"--hue: {crc32(user.id.encode()) % _DEGREES}"
    look = "avatar avatar-app" if user.bot_id else "avatar"
    return h("span", user.initials, class_=look, style=hue, aria_hidden="true")
