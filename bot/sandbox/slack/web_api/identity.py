"""The methods about the app itself."""

from __future__ import annotations

from typing import Final

from bot.sandbox.slack import cast
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.rate_limits import Tier
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.web_api.arguments import Arguments
from bot.sandbox.slack.web_api.method import Method, Token


def api_test(_app: Installation, args: Arguments) -> Json:
    """Gives back what it was called with."""
    given = args.for_ledger()
    if "error" in args:
        raise RefusedError(args.text("error"), {"args": given})
    return {"args": given}


def auth_test(app: Installation, _args: Arguments) -> Json:
    """Says whose token it is."""
    return {
        "url": f"https://{cast.TEAM_DOMAIN}.slack.com/",
        "team": cast.TEAM_NAME,
        "user": app.workspace.people[cast.BOT_USER].name,
        "team_id": cast.TEAM,
        "user_id": cast.BOT_USER,
        "bot_id": cast.BOT,
        "is_enterprise_install": False,
    }


def open_connection(app: Installation, _args: Arguments) -> Json:
    """Gives the address of a WebSocket, good for one connection."""
    if not app.manifest.is_socket_mode:
        raise RefusedError("forbidden_team")
    address = "ws" + app.base_url.removeprefix("http")
    return {"url": f"{address}/link/?ticket={app.socket.issue_ticket()}&app_id={cast.APP}"}


METHODS: Final = {
    "api.test": Method(api_test, Tier.FOUR, token=Token.NONE),
    "auth.test": Method(auth_test, Tier.SPECIAL),
    "apps.connections.open": Method(open_connection, Tier.THREE, token=Token.APP),
}
