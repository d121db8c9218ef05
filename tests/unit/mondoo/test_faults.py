"""Each failure of Mondoo becomes one error of the tree, in words that are safe to show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.mondoo.faults import (
    LONGEST_PAUSE,
    LONGEST_QUOTE,
    OlderServer,
    Problem,
    QueryRefused,
    from_problems,
    from_status,
    http_date,
    pause,
    quoted,
)
from bot.domain.errors import BadCredentials, BadResponse, NotPermitted, RateLimited, Unavailable, UpstreamError
from bot.domain.scopes import Scope, ScopeKind

SCOPE = Scope(ScopeKind.ORGANIZATION, "acme")
NOW = datetime(2024, 5, 6, 10, 48, 33, tzinfo=UTC)


@pytest.mark.parametrize(
    ("message", "code", "expected"),
    [
        ("internal error", "", Unavailable),
        ("internal system error", "INTERNAL_SERVER_ERROR", Unavailable),
        ("rpc error: code = Unavailable desc = transport is closing", "", Unavailable),
        ("context deadline exceeded", "", Unavailable),
        ("upstream request timeout", "", Unavailable),
        ("the service is temporarily overloaded", "", Unavailable),
        ("please try again later", "", Unavailable),
        ("connection reset by peer", "", Unavailable),
        ("", "UNAVAILABLE", Unavailable),
        ("rate limit exceeded", "", RateLimited),
        ("Too Many Requests", "", RateLimited),
        ("rpc error: code = ResourceExhausted desc = slow down", "", RateLimited),
        ("request permission unauthenticated", "", BadCredentials),
        ("nope", "UNAUTHENTICATED", BadCredentials),
        ("invalid API token", "", BadCredentials),
        ("the token has expired", "", BadCredentials),
        ("permission denied", "", NotPermitted),
        ("permission denied", "INTERNAL_SERVER_ERROR", NotPermitted),
        ("not authorized", "", NotPermitted),
        ("nope", "FORBIDDEN", NotPermitted),
        ("resource not found", "NOT_FOUND", NotPermitted),
        ('Unknown argument "timestampFilter" on field "Query.auditlog".', "GRAPHQL_VALIDATION_FAILED", QueryRefused),
        ("invalid cursor", "INVALID_ARGUMENT", QueryRefused),
        ("invalid resource mrn", "INVALID_ARGUMENT", QueryRefused),
        ("something nobody has seen", "", QueryRefused),
        ("", "", QueryRefused),
        ('Cannot query field "ip" on type "AuditLogEntry".', "GRAPHQL_VALIDATION_FAILED", OlderServer),
        ('Cannot query field "parent" on type "AuditLogEntry". Did you mean "ip"?', "", OlderServer),
        ("Field 'parent' doesn't exist on type 'AuditLogEntry'", "undefinedField", OlderServer),
        ("The field `ip` does not exist on the type `AuditLogEntry`.", "", OlderServer),
        ("Unknown field AuditLogEntry.ip", "", OlderServer),
        ('Cannot query field "identity" on type "AuditLogEntry".', "GRAPHQL_VALIDATION_FAILED", QueryRefused),
    ],
)
def test_a_graphql_error_is_told_by_its_code_and_message(
    message: str, code: str, expected: type[UpstreamError]
) -> None:
    assert type(from_problems([Problem(message, code)], SCOPE)) is expected


def test_of_several_errors_the_one_that_stays_decides() -> None:
    problems = [Problem("internal error", ""), Problem("rate limit", ""), Problem("permission denied", "")]
    assert str(from_problems(problems, SCOPE)) == "Mondoo refused access to organization acme (US): permission denied"


def test_a_credential_error_does_not_quote_the_server() -> None:
    assert str(from_problems([Problem("invalid token abcdef", "")], SCOPE)) == "Mondoo does not accept the token"


@pytest.mark.parametrize(
    ("status", "expected", "sentence"),
    [
        (302, BadResponse, "Mondoo answered 302 (found), a redirect, and redirects are not followed"),
        (400, QueryRefused, "Mondoo answered 400 (bad request)"),
        (401, BadCredentials, "Mondoo does not accept the token (401)"),
        (403, NotPermitted, "Mondoo refused access to organization acme (US) (403)"),
        (404, BadResponse, "Mondoo answered 404 (not found)"),
        (407, BadResponse, "Mondoo answered 407 (proxy authentication required)"),
        (408, Unavailable, "Mondoo answered 408 (request timeout)"),
        (425, Unavailable, "Mondoo answered 425 (too early)"),
        (429, RateLimited, "Mondoo answered 429 (too many requests)"),
        (500, Unavailable, "Mondoo answered 500 (internal server error)"),
        (503, Unavailable, "Mondoo answered 503 (service unavailable)"),
        (521, Unavailable, "Mondoo answered 521"),
        (204, BadResponse, "Mondoo answered 204 (no content)"),
    ],
)
def test_a_status_becomes_an_error_that_names_it(status: int, expected: type[UpstreamError], sentence: str) -> None:
    error = from_status(status, [], SCOPE, None)
    assert type(error) is expected
    assert str(error) == sentence


def test_a_pause_that_was_asked_for_is_kept_and_told() -> None:
    error = from_status(429, [], SCOPE, timedelta(minutes=2))
    assert isinstance(error, RateLimited)
    assert error.retry_after == timedelta(minutes=2)
    assert "120 seconds" in error.advice


def test_a_refused_query_is_quoted_and_its_status_settles_that_it_stays() -> None:
    error = from_status(400, [Problem("internal error", "")], SCOPE, None)
    assert type(error) is QueryRefused
    assert str(error) == "Mondoo reported an error: internal error"
    for status in (422, 500):
        assert type(from_status(status, [Problem('Cannot query field "ip"', "")], SCOPE, None)) is OlderServer
    assert type(from_status(500, [Problem("bad luck", "")], SCOPE, None)) is Unavailable


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta(0)),
        ("Mon, 06 May 2024 10:50:33 GMT", timedelta(minutes=2)),
        ("Monday, 06-May-24 10:50:33 GMT", timedelta(minutes=2)),
        ("Mon May  6 10:50:33 2024", timedelta(minutes=2)),
        ("Mon, 06 May 2024 09:00:00 GMT", timedelta(0)),
        ("9" * 400, LONGEST_PAUSE),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_PAUSE),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("Mon, 99 May 2024 10:50:33 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, expected: timedelta | None) -> None:
    assert pause(header, NOW) == expected


@given(st.text())
def test_no_header_breaks_the_reading_of_it(header: str) -> None:
    wait = pause(header, NOW)
    assert wait is None or timedelta() <= wait <= LONGEST_PAUSE


def test_an_http_date_is_utc() -> None:
    assert http_date("Mon, 06 May 2024 12:48:33 +0200") == NOW
    assert http_date(None) is None


@given(st.text(max_size=1000))
def test_a_foreign_message_becomes_one_short_visible_line(text: str) -> None:
    line = quoted(text)
    assert len(line) <= LONGEST_QUOTE
    assert line.isprintable()
    assert line == " ".join(line.split())


def test_a_foreign_message_keeps_its_words() -> None:
    assert quoted("no\n\tsuch \x1b[31mthing\u202e here\u200b") == "no such [31mthing here"
    assert quoted("x" * 201) == "x" * 199 + "…"
