"""Windows that are opened at once, and filled when there is something to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from bot.adapters.slack.views import windows
from bot.adapters.slack.views.blocks import Json
from bot.domain.errors import BotError
from bot.entrypoints.slack.desk import Desk, Work
from bot.entrypoints.slack.errors import explain, outcome
from bot.entrypoints.slack.requests import Answer, Request
from bot.entrypoints.slack.surfaces import Surfaces


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a window goes that a click asks for: alone, above the window of the click, or in the place of that one.

    Source: https://docs.slack.dev/surfaces/modals (at most three lie above each other)
    """

    trigger: str = field(repr=False)
    beneath: str = ""
    """The ID of the window that the click was in; empty where it was in none."""
    is_third: bool = False
    """Whether nothing goes above that one."""

    @classmethod
    def of(cls, trigger: str, view: object) -> Spot:
        """The spot that a click in a view leads to; ``view`` is as the payload has it, if it has one."""
        if not isinstance(view, Mapping) or view.get("type") != "modal":  # the App Home is a view as well
            return cls(trigger)
        below, root = view.get("previous_view_id"), view.get("root_view_id")
        return cls(trigger, str(view["id"]), is_third=below is not None and below != root)

    async def open(self, surfaces: Surfaces, content: Json) -> str:
        """The ID of the window that shows the content there.

        Raises:
            UserError: the trigger has expired.
            UpstreamError: Slack did not open it.
        """
        if not self.beneath:
            return await surfaces.open(self.trigger, content)
        if not self.is_third:
            return await surfaces.push(self.trigger, content)
        await surfaces.update(self.beneath, content)
        return self.beneath


class Windows:
    """Shows what a work gives in a window instead of a message."""

    def __init__(self, *, desk: Desk, surfaces: Surfaces) -> None:
        self._desk = desk
        self._surfaces = surfaces

    async def show(self, request: Request, spot: Spot, title: str, work: Work) -> None:
        """Open a window, and fill it with the work's answer or with the words for why there is none.

        Where it cannot be opened, the conversation tells.
        """
        await self._desk.serve(request, partial(self._fill, spot=spot, title=title, work=work))

    async def _fill(self, request: Request, *, spot: Spot, title: str, work: Work) -> Answer:
        window = await spot.open(self._surfaces, windows.reading(title, request.channel))
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
