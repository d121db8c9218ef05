"""The standard Markdown of `markdown` blocks as safe markup.

Source: https://docs.slack.dev/reference/block-kit/blocks/markdown-block
"""

from __future__ import annotations

from collections.abc import MutableMapping

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from bot.sandbox.page.markup import legible

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
"""Raw HTML is text, links go to the web only (the library's own check), and pictures are links, as in Slack."""


def markdown(source: str) -> Markup:
    """Gives a Markdown text as markup."""
    return Markup(_PARSER.render(legible(source)))  # noqa: S704 — the parser escapes all text and knows no raw HTML here


def _open_beside_the_page(
    renderer: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: MutableMapping[str, object]
) -> str:
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noopener noreferrer")
    return renderer.renderToken(tokens, index, options, env)


_PARSER.add_render_rule("link_open", _open_beside_the_page)
