"""What goes wrong in the clockwork: told in the log when it begins and when it ends, not at every tick."""

from __future__ import annotations

from collections.abc import Awaitable

import structlog

from bot.domain.errors import StoreError
from bot.domain.scopes import Scope

log = structlog.get_logger()


class Troubles:
    """The works that fail now, by their names; the reads of a scope go by the scope."""

    def __init__(self) -> None:
        self._reasons: dict[str | Scope, str] = {}

    @property
    def sentences(self) -> list[str]:
        """What an operator should know."""
        return list(self._reasons.values())

    @property
    def scopes(self) -> list[Scope]:
        """Those whose reading fails."""
        return [name for name in self._reasons if isinstance(name, Scope)]

    def forget(self, scope: Scope) -> None:
        """No longer tell of a scope that nobody wants to be read."""
        self._reasons.pop(scope, None)

    async def guard(self, name: str | Scope, work: Awaitable[object]) -> None:
        """Do the work, and note what goes wrong."""
        shown = f"read {name}" if isinstance(name, Scope) else name
        try:
            await work
        except StoreError as error:
            if self._reasons.get(name) != str(error):
                log.error("a tick failed", work=shown, reason=str(error))  # noqa: TRY400 — it is no defect of ours
            self._reasons[name] = str(error)
        except Exception:
            if name not in self._reasons:
                log.exception("a tick failed", work=shown)
            self._reasons[name] = f"A part of the bot fails, see its log: {shown}."
        else:
            if self._reasons.pop(name, None):
                log.info("a tick works again", work=shown)
