"""The page that `GET /query` shows: a query, its variables, a token, and what the server answers.

Ariadne's explorers load their code from elsewhere; this one is a single file, so that it works offline.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

import msgspec

from bot.sandbox.mondoo.credentials import Token
from bot.sandbox.mondoo.schema import SDL

_FOLDER = files(__package__)
_PAGE = _FOLDER.joinpath("explorer.html").read_text(encoding="utf-8")
_QUERY = _FOLDER.joinpath("documented.graphql").read_text(encoding="utf-8")


def explorer_page(region: str, tokens: Iterable[Token], resource_mrn: str) -> bytes:
    """Gives the page as HTML.

    Args:
        region: The region's title.
        tokens: What to offer as a token; the first is filled in.
        resource_mrn: Whose log the documented query, which is filled in, shall read.
    """
    sandbox = {
        "region": region,
        "tokens": [{"name": token.name, "secret": token.secret} for token in tokens],
        "query": _QUERY,
        "variables": {"first": 25, "resourceMrn": resource_mrn},
        "schema": SDL,
    }
    # The one thing that could end the script element early is written so that JSON reads the same.
    embedded = msgspec.json.encode(sandbox).decode().replace("<", "\\u003c")
    return _PAGE.replace("{{ sandbox }}", embedded).encode()
