"""The emoji of which apps like this one make much use, drawn: they look alike with and without a font of them."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from bot.sandbox.page.markup import h, join

_RED, _ORANGE, _YELLOW, _GREEN = "#dd2e44", "#f4900c", "#fdcb58", "#78b159"
_BLUE, _PURPLE, _BROWN, _GREY, _WHITE, _BLACK = "#55acee", "#aa8ed6", "#c1694f", "#99aab5", "#f2f3f5", "#31373d"

_COLORS: Final = {
    "red": _RED,
    "orange": _ORANGE,
    "yellow": _YELLOW,
    "green": _GREEN,
    "blue": _BLUE,
    "purple": _PURPLE,
    "brown": _BROWN,
    "white": _WHITE,
    "black": _BLACK,
}
_CIRCLE: Final = "M10 2a8 8 0 1 0 0 16 8 8 0 1 0 0-16z"
_SQUARE: Final = "M4 2h12l2 2v12l-2 2H4l-2-2V4z"

_SHAPES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    **{
        f"{size}{color}_{shape}": ((fill, path),)
        for color, fill in _COLORS.items()
        for size in ("", "large_")
        for shape, path in (("circle", _CIRCLE), ("square", _SQUARE))
    },
    "warning": ((_YELLOW, "M10 1.5l9 16.5H1z"), (_BLACK, "M9 7h2l-.4 6H9.4zM9 14.5h2v2H9z")),
    "no_entry": ((_RED, _CIRCLE), (_WHITE, "M5 8.5h10v3H5z")),
    "white_check_mark": ((_GREEN, _SQUARE), (_WHITE, "M5 10l2-2 2 2 5-5 2 2-7 7.5z")),
    "x": ((_RED, "M4.5 2L10 7.5 15.5 2 18 4.5 12.5 10 18 15.5 15.5 18 10 12.5 4.5 18 2 15.5 7.5 10 2 4.5z"),),
    "information_source": ((_BLUE, _SQUARE), (_WHITE, "M9 5h2v2H9zM9 8.5h2V15H9z")),
    "rotating_light": ((_RED, "M5 14c0-8 1-10 5-10s5 2 5 10z"), (_GREY, "M3 14h14v4H3z"), (_WHITE, "M8 6h1.5v5H8z")),
    "hourglass_flowing_sand": (
        (_BROWN, "M4 1h12v2H4zM4 17h12v2H4z"),
        (_GREY, "M5 3h10c0 4-3 5-3 7s3 3 3 7H5c0-4 3-5 3-7S5 7 5 3z"),
        (_YELLOW, "M7 6h6l-3 4zM6 17l4-4 4 4z"),
    ),
    "lock": ((_GREY, "M5 9V6.5a5 5 0 0 1 10 0V9h-2.5V6.5a2.5 2.5 0 0 0-5 0V9z"), (_ORANGE, "M3 9h14v10H3z")),
    "key": ((_YELLOW, "M6 6a5 5 0 1 0 4.9 6H13v3h2.5v-3H19V9.5h-8.2A5 5 0 0 0 6 6zM5 9.5a1.5 1.5 0 1 1 0 3z"),),
    "shield": (
        (_BLUE, "M10 1l8 3v5c0 5-3 8-8 10-5-2-8-5-8-10V4z"),
        (_WHITE, "M10 3.5v13C6.5 14.8 4.3 12.5 4.3 9V5.6z"),
    ),
    "pencil2": ((_ORANGE, "M4 12l9-9 4 4-9 9z"), (_GREY, "M13 3l2-2 4 4-2 2z"), (_BLACK, "M4 12l4 4-6 2z")),
    "bell": ((_YELLOW, "M10 1c4 0 5 3 5 7s1 5 3 7H2c2-2 3-3 3-7s1-7 5-7z"), (_ORANGE, "M8 16h4a2 2 0 0 1-4 0z")),
    "mag": (
        (_GREY, "M8 1a7 7 0 1 0 4.2 12.6l4.6 4.6 1.4-1.4-4.6-4.6A7 7 0 0 0 8 1z"),
        ("#bbddf5", "M8 3.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 1 1 0-9z"),
    ),
}


def drawing(name: str) -> Markup | None:
    """Gives a drawing of the emoji with this name, None if there is none."""
    shapes = _SHAPES.get(name)
    if shapes is None:
        return None
    return h(
        "svg", join(h("path", fill=fill, d=path) for fill, path in shapes), viewBox="0 0 20 20", aria_hidden="true"
    )
