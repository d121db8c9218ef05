"""What scopes are called in messages: by their alias where they have one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.slack.text import shown
from bot.domain.digests import Digest
from bot.domain.scopes import Scope, ScopeCatalog
from bot.domain.wording import listed

_NAME_LIMIT = 60


def name_of(scope: Scope, catalog: ScopeCatalog) -> str:
    """The scope's alias, or its kind and ID; never long."""
    return shown(catalog.alias_of(scope) or f"{scope.kind.word} {scope.id}", _NAME_LIMIT)


def names_of(scopes: Sequence[Scope], catalog: ScopeCatalog, most: int = 3) -> str:
    """The scopes in prose: ``prod, lab and 3 more``."""
    names = [name_of(scope, catalog) for scope in scopes[:most]]
    more = len(scopes) - len(names)
    return listed([*names, f"{more:,} more"] if more else names)


def scenes_of(digest: Digest, catalog: ScopeCatalog) -> str:
    """The scopes in which something happened, in prose."""
    scenes = {entry.event.scope for entry in digest.entries}
    return names_of([scope for scope in digest.subscription.terms.scopes if scope in scenes], catalog)
