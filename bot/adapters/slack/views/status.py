"""How the bot is doing, as an answer to a command."""

from __future__ import annotations

from bot.adapters.slack.views.blocks import Json, header, message, plain
from bot.domain.scopes import ScopeCatalog
from bot.domain.status import Status


def view(status: Status, *, catalog: ScopeCatalog, zone: str) -> Json:  # noqa: ARG001
    """Each source's health."""
    lines = [f"{each.scope}: {each.reason or 'healthy'}" for each in status.sources]
    return message("Status", header("Status"), plain("\n".join(lines) or "Nothing is watched.", 2900))
