"""The page as an application of its own, to be mounted at the root below Mondoo's and Slack's routes."""

from __future__ import annotations

import functools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from nicegui import core, ui
from nicegui.events import GenericEventArguments
from starlette.responses import Response
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.page.desk import Desk
from bot.sandbox.page.session import Session
from bot.sandbox.page.stage import Stage
from bot.sandbox.slack.people import Role

_STATIC: Final = str(files("bot.sandbox.page") / "static")
_ASSETS: Final = "/_sandbox/page"
_STAGE: Final = "bot.sandbox.stage"
_TICK_S: Final = 1.0

_STYLES: Final = (
    "theme",
    "controls",
    "overlays",
    "window",
    "conversation",
    "beside",
    "messages",
    "blocks",
    "data",
    "sizes",
)
_HEAD: Final = "\n".join(
    [
        *(f'<link rel="stylesheet" href="{_ASSETS}/{name}.css">' for name in _STYLES),
        f'<script src="{_ASSETS}/theme.js"></script>',
        f'<script type="module" src="{_ASSETS}/page.js"></script>',
    ]
)


@asynccontextmanager
async def page(stage: Stage) -> AsyncIterator[ASGIApp]:
    """Runs the page, and gives the application that serves it.

    NiceGUI keeps its state in its modules: one page at a time is all that a process can run.

    Args:
        stage: What the page stands on.

    Raises:
        RuntimeError: A page runs in this process already.
    """
    if core.app.is_started:
        raise RuntimeError("one process runs one sandbox with a page; start the other one without")
    nicegui = _nicegui()

    async def staged(scope: Scope, receive: Receive, send: Send) -> None:
        scope[_STAGE] = stage
        await nicegui(scope, receive, send)

    async with nicegui.router.lifespan_context(nicegui):
        yield staged


@functools.cache
def _nicegui() -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.mount(_ASSETS, _Assets(directory=_STATIC))
    ui.page("/", title="Sandbox workspace", reconnect_timeout=10.0)(_build)
    ui.run_with(
        app,
        tailwind=False,
        dark=None,
        language="en-US",
        favicon=Path(_STATIC, "favicon.svg"),
        show_welcome_message=False,
    )
    return app


class _Assets(StaticFiles):
    """The page's own files, which the browser asks after each time: scripts of two versions do not go together."""

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "no-cache"
        return response


def _build(request: Request) -> None:
    stage: Stage = request.scope[_STAGE]
    client = ui.context.client
    ui.add_head_html(_HEAD)
    desk = Desk(stage, _session(stage, request), client)

    async def do(event: GenericEventArguments) -> None:
        await desk.do(event.args)

    ui.on("sandbox", do)
    ui.timer(_TICK_S, desk.tick)
    client.on_delete(stage.workspace.changes.listen(desk.heard))


def _session(stage: Stage, request: Request) -> Session:
    """Gives what the address asks for: `?as=mei&in=oncall`, or `in=app`; what it does not know it leaves out."""
    session = Session(stage.workspace)
    user = stage.workspace.person_named(request.query_params.get("as", ""))
    if user is not None and user.role is not Role.BOT:
        session.act_as(user.id)
    place = request.query_params.get("in", "")
    channel = stage.workspace.channel_named(place)
    if place == "app":
        session.open(stage.workspace.open_direct_channel(session.user).id)
    elif channel is not None and place:
        session.open(channel.id)
    return session
