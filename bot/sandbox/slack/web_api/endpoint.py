"""The door of the Web API: who calls, whether they may, and what is written down about it."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.slack.errors import RateLimitedError, RefusedError
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.ledger import EntryKind
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.trouble import rate_limited
from bot.sandbox.slack.web_api import chat, conversations, files, history, identity, users, views
from bot.sandbox.slack.web_api.arguments import Arguments
from bot.sandbox.slack.web_api.method import Method, Token, require_scope

METHODS: Final[dict[str, Method]] = {
    **identity.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **history.METHODS,
    **users.METHODS,
    **views.METHODS,
    **files.METHODS,
}


class WebApi:
    """Answers calls to `/api/<method>`."""

    def __init__(self, app: Installation) -> None:
        self._app = app

    async def endpoint(self, request: Request) -> Response:
        """Answers one call; a refusal comes with HTTP 200, as Slack's do."""
        name = str(request.path_params["method"])
        try:
            args = await Arguments.of(request)
        except RefusedError as refusal:
            return JSONResponse(refusal.body())
        ledger = self._app.workspace.ledger
        call = ledger.record(EntryKind.API_CALL, method=name, args=args.for_ledger())

        def work() -> Response:
            error = None
            try:
                response: Response = JSONResponse({"ok": True, **self._handle(request, name, args)})
            except RateLimitedError as refusal:
                error, response = refusal.error, rate_limited(refusal.retry_after_s)
            except RefusedError as refusal:
                error, response = refusal.error, JSONResponse(refusal.body())
            ledger.record(EntryKind.API_ANSWER, of=call.seq, method=name, error=error)
            return response

        response = await self._app.trouble.answer(request, name, work)
        response.headers["X-OAuth-Scopes"] = ",".join(sorted(self._app.manifest.scopes))
        return response

    def _handle(self, request: Request, name: str, args: Arguments) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise RefusedError("unknown_method", {"req_method": name})
        self._authenticate(request, args, method)
        wait_s = self._app.rate_limits.take(name, method.tier, self._app.settings.rate_factor)
        if wait_s is not None:
            raise RateLimitedError(wait_s)
        require_scope(self._app, *method.scopes)
        return method.handle(self._app, args)

    def _authenticate(self, request: Request, args: Arguments, method: Method) -> None:
        if method.token is Token.NONE:
            return
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        token = bearer.strip() if scheme.lower() == "bearer" else args.text("token")
        if not token:
            raise RefusedError("not_authed")
        held = self._app.credentials
        if token not in {held.bot_token, held.app_token}:
            raise RefusedError("invalid_auth")
        wanted = held.app_token if method.token is Token.APP else held.bot_token
        if token != wanted:
            raise RefusedError("not_allowed_token_type")
