"""Everything that can go wrong, as one tree.

::

    BotError
    ├── UserError             the person can fix it; carries the corrected command
    │   ├── AccessDenied      the policy does not let them; says whom to ask
    │   └── NotInvited        the bot is not in the channel that it is to post to
    ├── SettingsError         the operator can fix it, before the bot starts
    ├── StoreError            the bot's own database does not do its part
    ├── Superseded            somebody else has taken over; what was done is not recorded
    └── UpstreamError         Mondoo or Slack did not do its part
        ├── Unavailable       it may work later: timeouts, resets, 5xx, passing GraphQL errors
        │   └── RateLimited   it will work later: HTTP 429
        ├── BadCredentials    it will not work until somebody changes a token
        ├── NotPermitted      the credentials are good, the scope is not theirs, or is unknown
        └── BadResponse       the answer made no sense, and asking again will not help

``str(error)`` is always a whole sentence that may be shown to a person. ``advice`` says what to do about it.
No error carries a token, a request body or a response body.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar


class BotError(Exception):
    """A failure with words for the person who meets it."""

    advice: str = ""

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        super().__init__(message)
        if advice is not None:
            self.advice = advice


class UserError(BotError):
    """The input was wrong: ``str()`` says what was wrong, ``corrected`` is a whole command to copy, or ``""``."""

    def __init__(self, message: str, *, corrected: str = "", advice: str | None = None) -> None:
        super().__init__(message, advice=advice)
        self.corrected = corrected


class AccessDenied(UserError):
    """The policy does not let this person see that, here."""

    advice = "Ask an owner or admin of this workspace to add you in the bot's access settings."


class NotInvited(UserError):
    """The bot is not in the channel that it is to post to."""

    advice = "Invite it there, by “/invite” and its name, and ask again."


class SettingsError(BotError):
    """A setting is missing or makes no sense; the bot does not start."""


class StoreError(BotError):
    """The bot's database cannot be used: it is corrupt, of a newer version, taken by another process, or away."""

    advice = "The operator must look after the bot's database."


class Superseded(BotError):
    """A claim has ended and somebody else has taken over: nothing of what was done under it is recorded."""


class UpstreamError(BotError):
    """Mondoo or Slack did not do its part."""

    reason: ClassVar[str] = "failed"
    """One or two words for coverage lines and metrics."""


class Unavailable(UpstreamError):
    """The service may work again later.

    ``retry_after`` is what the service asked for, if it did.
    """

    reason: ClassVar[str] = "unavailable"
    advice = "It usually passes: try again in a minute."

    def __init__(self, message: str, *, retry_after: timedelta | None = None, advice: str | None = None) -> None:
        super().__init__(message, advice=advice)
        self.retry_after = retry_after


class RateLimited(Unavailable):
    """The service asked for fewer requests (HTTP 429)."""

    reason: ClassVar[str] = "rate limited"
    advice = "Too many requests for this token: try again in a while, or ask for a shorter window."


class BadCredentials(UpstreamError):
    """The service does not accept the token, and will not until somebody changes it."""

    reason: ClassVar[str] = "bad credentials"
    advice = "The operator must check the bot's token: it may be wrong, expired, revoked, or for the other region."


class NotPermitted(UpstreamError):
    """The token is good, but that scope is unknown or out of its reach."""

    reason: ClassVar[str] = "not permitted"
    advice = "Check the ID and the region, and that the bot's token may read this scope."


class BadResponse(UpstreamError):
    """The answer made no sense, and the same question will not get a better one."""

    reason: ClassVar[str] = "bad response"
    advice = "If it stays, the API has changed or something between it and the bot rewrites answers: tell the operator."
