"""What a Web API method is: who may call it, how often, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.rate_limits import Tier
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.web_api.arguments import Arguments


class Token(Enum):
    """The kind of token that a method wants."""

    BOT = "bot"
    APP = "app"
    NONE = "none"


Handler = Callable[[Installation, Arguments], Json]
"""Does the work and gives the body of the answer, without `ok`; raises `RefusedError`."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method. `scopes` are those of which the token needs one; none are needed if there are none."""

    handle: Handler
    tier: Tier
    scopes: tuple[str, ...] = ()
    token: Token = Token.BOT


def missing_scope(app: Installation, needed: str) -> RefusedError:
    """Gives the refusal of a call for which the app lacks a scope."""
    provided = ",".join(sorted(app.manifest.scopes))
    return RefusedError("missing_scope", {"needed": needed, "provided": provided})


def require_scope(app: Installation, *scopes: str) -> None:
    """Refuses unless the app has one of the scopes.

    Raises:
        RefusedError: `missing_scope`.
    """
    if scopes and not app.manifest.scopes.intersection(scopes):
        raise missing_scope(app, ",".join(scopes))
