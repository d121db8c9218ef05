"""Slack as one object: build it, mount its routes, act as its people."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from bot.sandbox.slack import cast
from bot.sandbox.slack.clock import Clock, utc_now
from bot.sandbox.slack.control import Control
from bot.sandbox.slack.credentials import Credentials
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.ids import ChannelId, FileId, UserId
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.renovation import Renovation
from bot.sandbox.slack.response_urls import RESPONSE_URL_FAMILIES
from bot.sandbox.slack.settings import Settings
from bot.sandbox.slack.web_api.endpoint import WebApi
from bot.sandbox.slack.workspace import Workspace

UVICORN_OPTIONS: Final[Mapping[str, Any]] = {
    "ws_ping_interval": 5.0,
    "ws_ping_timeout": 10.0,
    "ws_max_size": 1 << 20,
    "timeout_graceful_shutdown": 5,
}
"""What the server should be started with: Slack pings its WebSockets, and closes those that stay silent."""


class SlackCloud:
    """A workspace with the app of a manifest installed, behind Slack's protocols.

    Args:
        base_url: The address under which the server is reached, e.g. `http://127.0.0.1:8080`.
        manifest: The app's manifest, as a file or as its parsed content.
        now: Where time comes from; deadlines of deliveries run in real time whatever it says.
        seed: What ids are drawn from; the people and channels are always those of `cast`.
        settings: The switches to start with.

    Attributes:
        workspace: What is in it, to read and to listen to.
        settings: The switches; they may be changed at any time.
        credentials: The tokens that the app must be given.
        clock: The workspace's time, which can jump ahead.
        faults: What is to go wrong.
    """

    def __init__(
        self,
        base_url: str,
        manifest: Path | Mapping[str, Any],
        *,
        now: Callable[[], datetime] = utc_now,
        seed: int = 1,
        settings: Settings | None = None,
    ) -> None:
        self._app = Installation(
            base_url.rstrip("/"), Manifest.load(manifest), Clock(now), settings or Settings(), seed
        )
        self._web_api = WebApi(self._app)
        self._persons: dict[UserId, Person] = {}
        self.workspace: Workspace = self._app.workspace
        self.settings: Settings = self._app.settings
        self.credentials: Credentials = self._app.credentials
        self.clock = self._app.clock
        self.faults = self._app.faults
        self.socket = self._app.socket
        self.http = self._app.http

    @property
    def manifest(self) -> Manifest:
        """What the app is registered for."""
        return self._app.manifest

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that point the app here."""
        return {
            "SLACK_API_URL": f"{self._app.base_url}/api/",
            "SLACK_BOT_TOKEN": self.credentials.bot_token,
            "SLACK_APP_TOKEN": self.credentials.app_token,
            "SLACK_SIGNING_SECRET": self.credentials.signing_secret,
        }

    def person(self, user: UserId) -> Person:
        """Gives a person to act as.

        Raises:
            KeyError: There is no such user.
        """
        if user not in self._persons:
            self._persons[user] = Person(self._app, user)
        return self._persons[user]

    def routes(self) -> list[BaseRoute]:
        """Gives what the app talks to: the Web API, Socket Mode, response_urls, uploads and files.

        They must be reached without a wrapping middleware of Starlette's `BaseHTTPMiddleware` kind, or
        connections cannot be broken on purpose.
        """
        return [
            Route("/api/{method}", self._web_api.endpoint, methods=["GET", "POST"]),
            WebSocketRoute("/link/", self._app.socket),
            *(
                Route(f"/{family}/{{team}}/{{number}}/{{secret}}", self._respond, methods=["POST"])
                for family in RESPONSE_URL_FAMILIES
            ),
            Route("/upload/v1/{secret}", self._upload, methods=["POST"]),
            Route(f"/files-pri/{cast.TEAM}-{{file}}/{{name}}", self._download),
        ]

    def control_routes(self) -> list[BaseRoute]:
        """Gives what tests and pages of another process talk to; see `control`."""
        return Control(self._app, self.person).routes()

    def reset(self) -> None:
        """Starts the workspace anew, without a fault; settings stay, sockets stay open."""
        self._app.reset()

    def change_channel(self, channel: ChannelId, act: str) -> None:
        """Changes what a channel is to the bot, as somebody of the workspace would; see `renovation`.

        Raises:
            LookupError: There is no such act, or no such channel.
        """
        Renovation(self._app).do(channel, act)

    async def aclose(self) -> None:
        """Ends deliveries, sockets, and requests that hang on purpose."""
        await self._app.aclose()

    async def _respond(self, request: Request) -> Response:
        raw = await request.body()
        try:
            body = json.loads(raw)
        except ValueError:
            body = None

        def work() -> Response:
            try:
                self._app.response_urls.use(request.url.path, body)
            except RefusedError as refusal:
                is_gone = refusal.error in {"used_url", "expired_url"}
                return JSONResponse(refusal.body(), 404 if is_gone else 400)
            return PlainTextResponse("ok")

        return await self._app.trouble.answer(request, "response_url", work)

    async def _upload(self, request: Request) -> Response:
        content = await _uploaded_bytes(request)

        def work() -> Response:
            if not self._app.uploads.receive(request.url.path, content):
                return PlainTextResponse("upload refused", 400)
            return PlainTextResponse(f"OK - {len(content)}")

        return await self._app.trouble.answer(request, "upload", work)

    async def _download(self, request: Request) -> Response:
        file = self.workspace.files.get(FileId(request.path_params["file"]))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        may_read = token == self.credentials.bot_token and "files:read" in self.manifest.scopes
        if file is None or file.content is None or not may_read:
            return PlainTextResponse("not found", 404)
        return Response(file.content, media_type=file.mimetype)


async def _uploaded_bytes(request: Request) -> bytes:
    if not request.headers.get("Content-Type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for part in form.values():
            if not isinstance(part, str):
                return await part.read()
    return b""
