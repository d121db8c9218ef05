"""Rich text: sections, lists, quotes and code, and the elements within.

Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

from typing import Final

from bot.sandbox.slack.blocks.composition import ID, URL
from bot.sandbox.slack.blocks.schema import Array, Boolean, Number, Object, Schema, String, Tagged, one_of

_STYLED: Final[dict[str, Schema]] = {
    "style": Object({}, {name: Boolean() for name in ("bold", "italic", "strike", "code", "underline")})
}
_MENTION_STYLED: Final[dict[str, Schema]] = {
    "style": Object(
        {},
        {
            name: Boolean()
            for name in ("bold", "italic", "strike", "highlight", "client_highlight", "unlink", "underline")
        },
    )
}

_INLINE: Final[dict[str, Schema]] = {
    "text": Object({"text": String()}, _STYLED),
    "link": Object({"url": URL}, {**_STYLED, "text": String(), "unsafe": Boolean()}),
    "emoji": Object({"name": String()}, {**_STYLED, "unicode": String(), "skin_tone": Number(1, 6)}),
    "user": Object({"user_id": String()}, _MENTION_STYLED),
    "usergroup": Object({"usergroup_id": String()}, _MENTION_STYLED),
    "channel": Object({"channel_id": String()}, _MENTION_STYLED),
    "team": Object({"team_id": String()}, _MENTION_STYLED),
    "broadcast": Object({"range": one_of("here", "channel", "everyone")}, _STYLED),
    "color": Object({"value": String(7, pattern=r"#[0-9a-fA-F]{6}")}, _STYLED),
    "date": Object(
        {"timestamp": Number(is_whole=True), "format": String()},
        {**_STYLED, "url": URL, "fallback": String()},
    ),
}

_BORDER: Final[dict[str, Schema]] = {"border": Number(0, 1, is_whole=True)}
_INLINES: Final = Array(Tagged(_INLINE), least=0)
_SECTION: Final = Object({"elements": _INLINES})
_PREFORMATTED: Final = Array(Tagged({"text": _INLINE["text"], "link": _INLINE["link"]}), least=0)

RICH_TEXT: Final = Object(
    {
        "elements": Array(
            Tagged(
                {
                    "rich_text_section": _SECTION,
                    "rich_text_quote": Object({"elements": _INLINES}, _BORDER),
                    "rich_text_preformatted": Object({"elements": _PREFORMATTED}, {**_BORDER, "language": String()}),
                    "rich_text_list": Object(
                        {
                            "elements": Array(Tagged({"rich_text_section": _SECTION}), least=0),
                            "style": one_of("bullet", "ordered"),
                        },
                        {
                            **_BORDER,
                            "indent": Number(0, 8, is_whole=True),
                            "offset": Number(0, is_whole=True),
                        },
                    ),
                }
            )
        )
    },
    {"block_id": ID},
)
"""A rich_text block, which may also stand in a table's cell or in an input's initial value."""
