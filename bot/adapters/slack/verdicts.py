"""What a failed call to Slack means for what was to be posted, or found: one table.

An error of Slack's own that it documents as "may have succeeded" leaves doubt, as does any answer in which Slack does
not say what it thinks of the call. Words of Slack's that nobody has heard of count as a refusal, since they come with
``ok: false``, the same call would meet them again, and a refusal is told to somebody; but those that sound like trouble
of its own leave doubt, for what they report may have been done.

Sources: https://docs.slack.dev/reference/methods/chat.postMessage#errors,
https://docs.slack.dev/reference/methods/files.completeUploadExternal#errors
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from typing import Final, assert_never

from bot.adapters.slack.failures import Failure
from bot.domain.deliveries import Deferred, Locked, Look, Outcome, Refused, Uncertain, Unreachable, Unreadable

SOON: Final = timedelta(seconds=10)
"""Until another try, where Slack does not say."""
LONGEST: Final = timedelta(hours=1)
"""What is waited at the most, whatever Slack asks for: then it is asked again."""


class Verdict(Enum):
    """What a failure means."""

    LIMITED = "not taken, since there were too many"
    UNSENT = "never sent"
    DOUBTFUL = "taken or not, nobody knows"
    UNREACHABLE = "there is no such place for the bot"
    ORPHANED = "there is no such thread any more"
    REFUSED = "not taken as it is"
    UNSCOPED = "the token may not do that"
    LOCKED = "the token may do nothing"


_CODES: Final[Mapping[Verdict, frozenset[str]]] = {
    Verdict.LIMITED: frozenset({"message_limit_exceeded", "rate_limited", "ratelimited"}),
    Verdict.DOUBTFUL: frozenset({"file_update_failed", "request_timeout", "service_unavailable"}),
    Verdict.UNREACHABLE: frozenset(
        {
            "cannot_dm_bot",
            "channel_is_limited_access",
            "channel_not_found",
            "channel_type_not_supported",
            "invalid_channel",
            "is_archived",
            "is_inactive",
            "messages_tab_disabled",
            "method_not_supported_for_channel_type",
            "no_permission",
            "not_in_channel",
            "posting_to_channel_denied",
            "posting_to_general_channel_denied",
            "user_disabled",
            "user_not_found",
            "user_not_visible",
            "users_not_found",
        }
    ),
    Verdict.ORPHANED: frozenset(
        {
            "cannot_reply_to_message",
            "invalid_thread_ts",
            "message_not_found",
            "restricted_action_non_threadable_channel",
            "thread_not_found",
        }
    ),
    Verdict.UNSCOPED: frozenset({"missing_scope"}),
    Verdict.LOCKED: frozenset(
        {
            "access_denied",
            "accesslimited",
            "account_inactive",
            "ekm_access_denied",
            "enterprise_is_restricted",
            "invalid_auth",
            "not_allowed_token_type",
            "not_authed",
            "org_login_required",
            "team_access_not_granted",
            "team_added_to_org",
            "token_expired",
            "token_revoked",
            "two_factor_setup_required",
        }
    ),
}
"""Slack's words and what they mean; all others are refusals, but for the two kinds below."""
FOREIGN_HOST: Final = "foreign_upload_host"
"""Not Slack's word but the bot's own: the address for a file is not one of Slack's."""
_RESTRICTED: Final = "restricted_action"
_TROUBLE: Final = ("_error", "_failed", "_timeout", "_unavailable")

_VERDICTS: Final = {code: verdict for verdict, codes in _CODES.items() for code in codes}
_WORDS: Final[Mapping[str, str]] = {
    "cannot_dm_bot": "Slack lets bots write to people only, not to one another.",
    "channel_not_found": "The channel is gone, or it is private and the bot is not in it.",
    FOREIGN_HOST: "Slack's answer names an address for the file that is not Slack's, so it was not sent.",
    "is_archived": "The channel is archived.",
    "messages_tab_disabled": "The Slack app's settings do not allow direct messages from it.",
    "not_in_channel": "The bot is not in the channel: invite it.",
    "posting_to_channel_denied": "The channel is archived, or the bot may not post there.",
    "user_disabled": "That person's account is deactivated.",
    "user_not_found": "Slack does not know that person.",
}
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500


def verdict(failure: Failure) -> Verdict:
    """What a failure means: the table itself."""
    if not failure.has_left:
        return Verdict.UNSENT
    if failure.status == _TOO_MANY:
        return Verdict.LIMITED
    if failure.status is None or failure.status >= _SERVER_ERROR or not failure.code:
        return Verdict.DOUBTFUL
    if failure.code in _VERDICTS:
        return _VERDICTS[failure.code]
    if failure.code.startswith(_RESTRICTED):
        return Verdict.UNREACHABLE
    return Verdict.DOUBTFUL if failure.code.endswith(_TROUBLE) else Verdict.REFUSED


def outcome_of(failure: Failure, *, shows: bool = True) -> Outcome:
    """What became of an attempt, by its failed step; ``shows`` is whether that step's success shows to anybody."""
    found = verdict(failure)
    match found:
        case Verdict.LIMITED:
            return Deferred(_wait(failure), "Slack asked for fewer messages.", whole_channel=True)
        case Verdict.UNSENT:
            return Deferred(SOON, failure.reason)
        case Verdict.DOUBTFUL:
            return Uncertain(failure.reason) if shows else Deferred(SOON, failure.reason)
        case Verdict.UNREACHABLE:
            return Unreachable(words(failure))
        case Verdict.ORPHANED | Verdict.REFUSED | Verdict.UNSCOPED:
            return Refused(words(failure))
        case Verdict.LOCKED:
            return Locked(words(failure))
        case _:
            assert_never(found)


def look_of(failure: Failure) -> Look:
    """What became of a look into history, by its failed step. Reading may always be tried again."""
    found = verdict(failure)
    match found:
        case Verdict.LIMITED:
            return Deferred(_wait(failure), "Slack asked for fewer requests.")
        case Verdict.UNSENT | Verdict.DOUBTFUL:
            return Deferred(SOON, failure.reason)
        case Verdict.UNREACHABLE:
            return Unreachable(words(failure))
        case Verdict.ORPHANED | Verdict.REFUSED | Verdict.UNSCOPED:
            return Unreadable(words(failure))
        case Verdict.LOCKED:
            return Locked(words(failure))
        case _:
            assert_never(found)


def _wait(failure: Failure) -> timedelta:
    """What Slack asks for, in as far as it makes sense."""
    return min(max(failure.wait or SOON, timedelta(seconds=1)), LONGEST)


def words(failure: Failure) -> str:
    """What Slack refuses and why, as sentences for those who read the bot's status."""
    if failure.code == "missing_scope":
        return (
            f"The bot's Slack token lacks the scope {failure.needed or 'that this needs'}: "
            "add it in the Slack app's settings, and install the app again."
        )
    if failure.code.startswith(_RESTRICTED):
        return f"The channel's settings do not let the bot post there ({failure.code})."
    if verdict(failure) is Verdict.LOCKED:
        return f"Slack does not accept the bot's token ({failure.code})."
    return _WORDS.get(failure.code, f"Slack refused: {failure.code}.")
