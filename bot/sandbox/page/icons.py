"""The page's icons, drawn here, since nothing is fetched from elsewhere."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from bot.sandbox.page.markup import h

_PATHS: Final = {
    "archive": "M3 5h18v4H3zM5 9v10h14V9M10 13h4",
    "braces": "M9 4c-3 0-3 2-3 4s0 4-2 4c2 0 2 2 2 4s0 4 3 4M15 4c3 0 3 2 3 4s0 4 2 4c-2 0-2 2-2 4s0 4-3 4",
    "close": "M6 6l12 12M18 6L6 18",
    "eye": "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
    "hash": "M9 4L7 20M17 4l-2 16M4 9h17M3 15h17",
    "home": "M4 11l8-7 8 7v9h-6v-6h-4v6H4z",
    "lock": "M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "moon": "M20 14A8.5 8.5 0 0 1 10 4a8.5 8.5 0 1 0 10 10z",
    "picture": "M3 5h18v14H3zM3 17l5-6 4 4 3-3 6 5M15 9h.01",
    "reply": "M4 5h16v11H10l-5 4v-4H4z",
    "send": "M4 4l17 8-17 8 3-8zM7 12h8",
    "shared": "M9 5a4 4 0 1 0 0 8M15 5a4 4 0 1 1 0 8M3 20c0-4 3-6 6-6M21 20c0-4-3-6-6-6",
    "sliders": "M5 4v7M5 15v5M12 4v3M12 11v9M19 4v10M19 18v2M3 11h4M10 7h4M17 14h4",
    "spark": "M13 3L5 14h6l-1 7 8-11h-6z",
    "thumb_down": "M7 4v10l4 7c2 0 2-2 2-3v-4h6l-2-10zM7 4H3v10h4",
    "thumb_up": "M7 20V10l4-7c2 0 2 2 2 3v4h6l-2 10zM7 20H3V10h4",
    "trash": "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
}


def icon(name: str) -> Markup:
    """Gives an icon as large as the text around it, silent to screen readers."""
    drawn = h("path", d=_PATHS[name])
    return h("svg", drawn, viewBox="0 0 24 24", class_="icon", aria_hidden="true")
