"""Windows that are opened at once, and filled when there is something to show."""

from __future__ import annotations

from functools import partial

from bot.adapters.slack.views import windows
from bot.domain.errors import BotError
from bot.entrypoints.slack.desk import Answer, Desk, Request, Work
from bot.entrypoints.slack.errors import explain, outcome
from bot.entrypoints.slack.surfaces import Surfaces


class Windows:
    """Shows what a work gives in a window instead of a message."""

    def __init__(self, *, desk: Desk, surfaces: Surfaces) -> None:
        self._desk = desk
        self._surfaces = surfaces

    async def show(self, request: Request, trigger: str, title: str, work: Work, *, above: bool = False) -> None:
        """Open a window, and fill it with the work's answer or with the words for why there is none.

        Where it cannot be opened, the conversation tells. With ``above`` it covers the window that the trigger is from.
        """
        await self._desk.serve(request, partial(self._fill, trigger=trigger, title=title, work=work, above=above))

    async def _fill(self, request: Request, *, trigger: str, title: str, work: Work, above: bool) -> Answer:
        opening = self._surfaces.push if above else self._surfaces.open
        window = await opening(trigger, windows.reading(title, request.channel))
        content = windows.broken(title, request.channel)
        ended, count = "error", 0
        try:
            answer = await work(request)
            ended, count = answer.outcome, answer.shown
            if answer.message is not None:
                content = windows.window(title, answer.message, request.channel)
        except BotError as error:
            ended = outcome(error)
            content = windows.window(title, explain(error), request.channel)
        finally:
            await self._surfaces.update(window, content)
        return Answer(None, ended, shown=count)
