"""The tokens of the app in this workspace. They are worth nothing anywhere else, and so no secret."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an operator would copy from Slack's settings pages into the app's environment."""

    bot_token: str = "xoxb-sandbox-1048576-lunalectric"  # noqa: S105 — of a workspace that exists only here
    app_token: str = "xapp-sandbox-1-A0MONDOOAUD-65536"  # noqa: S105 — likewise
    signing_secret: str = "5a9db0c0ffee5a9db0c0ffee5a9db0c0"  # noqa: S105 — likewise
    verification_token: str = "sandboxverification"  # noqa: S105 — likewise
