"""What Mondoo's failures mean: HTTP statuses and GraphQL errors as errors of the bot's tree.

Mondoo publishes no list of error codes, so GraphQL errors are told apart by patterns on their code and message. Their
text comes from outside: it is stripped of control characters and cut before it goes into a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from http import HTTPStatus
from typing import NamedTuple, assert_never

from bot.domain.errors import BadCredentials, BadResponse, NotPermitted, RateLimited, Unavailable, UpstreamError
from bot.domain.scopes import Scope

LONGEST_QUOTE = 200
"""Characters of a foreign message that are shown."""
LONGEST_PAUSE = timedelta(days=30)
"""What any longer wish for a pause counts as."""


class Garbled(BadResponse):
    """An answer that is not JSON. Often a proxy's page in place of Mondoo's, which passes."""


class QueryRefused(BadResponse):
    """The server finds fault with the query itself."""


class OlderServer(QueryRefused):
    """The server does not know the fields ``ip`` and ``parent``."""


class Problem(NamedTuple):
    """One GraphQL error: its message, and the code among its extensions or ``""``."""

    message: str
    code: str


class _Kind(Enum):
    """What a GraphQL error is about, the most telling first."""

    OLDER = re.compile(
        r"(cannot query|unknown|undefined|unexpected|no such|does ?n[o']t (exist|have)|not (defined|found)|invalid)"
        r".*\bfield|\bfield\b.*(does ?n[o']t exist|is not|not (defined|found)|undefined|unknown)"
    )
    RATE = re.compile(r"rate.?limit|too.?many.?requests|throttl|resource.?exhausted|quota")
    CREDENTIALS = re.compile(
        r"unauthenticated|not authenticated|authentication"
        r"|(invalid|expired|malformed|revoked).*\b(token|jwt|credential)"
        r"|\b(token|jwt|credential)s?\b.*(invalid|expired|malformed|revoked)"
    )
    PERMISSION = re.compile(
        r"forbidden|permission|(un|not.)authori[sz]ed|not.?allowed|access.?denied|not.?found|no such"
    )
    QUERY = re.compile(
        r"graphql.?(validation|parse)|bad.?(user.?input|request)|invalid.?argument|cannot query|unknown"
        r"|unimplemented|variable|syntax error"
    )
    PASSING = re.compile(
        r"internal|unavailable|deadline|time.?out|timed.?out|tempora|try again|overload|too busy|connection|\baborted"
    )
    REFUSED = re.compile(r"")


_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY}
_REFUSING = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
_NEWER_FIELD = re.compile(r"[\"'`“.\s](ip|parent)\b")


def from_problems(problems: Sequence[Problem], scope: Scope) -> UpstreamError:
    """The one error that a list of GraphQL errors amounts to; one that stays outweighs one that passes."""
    kinds = [(_kind(problem), problem) for problem in problems]
    ranking = list(_Kind)
    kind, problem = min(kinds, key=lambda pair: (pair[0] in {_Kind.PASSING, _Kind.RATE}, ranking.index(pair[0])))
    words = f": {quoted(problem.message)}" if problem.message.strip() else ""
    match kind:
        case _Kind.OLDER:
            return OlderServer(f"Mondoo refused the query{words}")
        case _Kind.RATE:
            return RateLimited(f"Mondoo asks for fewer requests{words}")
        case _Kind.CREDENTIALS:
            return BadCredentials("Mondoo does not accept the token")
        case _Kind.PERMISSION:
            return NotPermitted(f"Mondoo refused access to {scope}{words}")
        case _Kind.PASSING:
            return Unavailable(f"Mondoo reported an error{words}")
        case _Kind.QUERY | _Kind.REFUSED:
            return QueryRefused(f"Mondoo refused the query{words}")
        case _:
            assert_never(kind)


def _kind(problem: Problem) -> _Kind:
    text = f"{problem.code} {problem.message}".casefold()
    return next(
        kind for kind in _Kind if kind.value.search(text) and (kind is not _Kind.OLDER or _NEWER_FIELD.search(text))
    )


def from_status(status: int, problems: Sequence[Problem], scope: Scope, retry_after: timedelta | None) -> UpstreamError:
    """The error that an HTTP status other than 200 amounts to; ``problems`` are GraphQL errors in its body."""
    answered = f"Mondoo answered {status}{_phrase(status)}"
    error: UpstreamError
    match status:
        case 401:
            error = BadCredentials("Mondoo does not accept the token (401)")
        case 403:
            error = NotPermitted(f"Mondoo refused access to {scope} (403)")
        case 429:
            error = RateLimited(answered, retry_after=retry_after, advice=_pause_advice(retry_after))
        case 500 if any(_kind(problem) is _Kind.OLDER for problem in problems):
            error = from_problems(problems, scope)
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
            error = Unavailable(answered, retry_after=retry_after)
        case _ if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            error = BadResponse(f"{answered}, a redirect, and redirects are not followed")
        case _ if problems:
            reported = from_problems(problems, scope)
            error = _refusal(status, str(reported)) if isinstance(reported, Unavailable) else reported
        case _:
            error = _refusal(status, answered)
    return error


def _refusal(status: int, words: str) -> BadResponse:
    return QueryRefused(words) if status in _REFUSING else BadResponse(words)


def _phrase(status: int) -> str:
    try:
        return f" ({HTTPStatus(status).phrase.lower()})"
    except ValueError:
        return ""


def _pause_advice(pause: timedelta | None) -> str | None:
    if pause is None:
        return None
    return f"Mondoo asks for a pause of {pause.total_seconds():.0f} seconds: try again after that."


def quoted(text: str) -> str:
    """A foreign text made fit for a sentence: one line, no control or invisible characters, at most 200 characters."""
    kept = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    line = " ".join(kept.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 1]}…"


def pause(header: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks to wait, be it seconds or a date; None where there is none to understand.

    Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdecimal():
        return min(timedelta(seconds=min(int(text[:12]), 10**9)), LONGEST_PAUSE)
    moment = http_date(text)
    return None if moment is None else min(max(moment - now, timedelta()), LONGEST_PAUSE)


def http_date(header: str | None) -> datetime | None:
    """The moment that a header with an HTTP date names; None where there is none to understand."""
    if header is None:
        return None
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    # A date without a zone is in UTC: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
