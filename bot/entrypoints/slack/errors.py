"""The words that a person in Slack reads when something went wrong: the one place that chooses them."""

from __future__ import annotations

from bot.adapters.slack.views import notices
from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.notices import Mark
from bot.domain.errors import AccessDenied, BotError, UpstreamError, UserError


def explain(error: BotError) -> Json:
    """A message that says what was wrong, and what to do or to write instead."""
    sentence = str(error)
    match error:
        case AccessDenied():
            return notices.problem(Mark.REFUSED, sentence, error.advice)
        case UserError(corrected=""):
            return notices.problem(Mark.MISTAKE, sentence, error.advice)
        case UserError():
            advice = f"{error.advice} You may mean:".strip()
            return notices.problem(Mark.MISTAKE, sentence, advice, command=error.corrected)
        case UpstreamError():
            return notices.problem(Mark.FAILURE, sentence, error.advice or "Please try again later.")
        case _:
            return notices.problem(Mark.FAILURE, sentence, error.advice or "Please tell the operator of the bot.")


def outcome(error: BotError) -> str:
    """One or two words for the log: how it ended."""
    match error:
        case AccessDenied():
            return "denied"
        case UserError():
            return "mistake"
        case UpstreamError():
            return error.reason
        case _:
            return "failed"
