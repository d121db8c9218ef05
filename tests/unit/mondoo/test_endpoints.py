"""Tokens go only where they are safe."""

from __future__ import annotations

import pytest

from bot.adapters.mondoo.credentials import ApiToken
from bot.adapters.mondoo.endpoints import QUERY_URLS, Endpoint, checked_url, query_url, region_of
from bot.domain.errors import SettingsError
from bot.domain.scopes import Region


@pytest.mark.parametrize(
    "url",
    [
        *QUERY_URLS.values(),
        "https://mondoo.example.com:8443/api/query?tenant=1",
        "http://127.0.0.1:8080/query",
        "http://127.9.9.9/query",
        "http://[::1]:8080/query",
        "http://localhost/query",
    ],
)
def test_https_is_fine_anywhere_and_http_on_loopback(url: str) -> None:
    assert checked_url(url) == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://api.mondoo.com/query", "must begin with https://"),
        ("http://127.0.0.1.evil.example/query", "must begin with https://"),
        ("http://10.0.0.1/query", "must begin with https://"),
        ("ftp://api.mondoo.com/query", "must begin with https://"),
        ("//api.mondoo.com/query", "must begin with https://"),
        ("api.mondoo.com/query", "is not a URL"),
        ("", "is not a URL"),
        ("https://", "is not a URL"),
        ("https://api.mondoo.com:port/query", "is not a URL"),
        ("https://[::1/query", "is not a URL"),
        ("https://1.2.3.4.5/query", "is not a URL"),
        ("https://ho^st/query", "is not a URL"),
        ("https://\u0378.example/query", "is not a URL"),
        ("https://api.mondoo.com/\nquery", "is not a URL"),
        ("https://user@api.mondoo.com/query", "user name or password"),
        ("https://user:secret@api.mondoo.com/query", "user name or password"),
        ("https://api.mondoo.com/query#part", "after #"),
    ],
)
def test_any_other_url_is_refused_without_being_quoted(url: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        Endpoint(url, ApiToken("made-up"))
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("api_endpoint", "expected"),
    [
        ("https://us.api.mondoo.com", "https://us.api.mondoo.com/query"),
        ("https://eu.api.mondoo.com/", "https://eu.api.mondoo.com/query"),
        ("https://mondoo.example.com/api", "https://mondoo.example.com/api/query"),
        ("http://127.0.0.1:8080/eu/query", "http://127.0.0.1:8080/eu/query"),
    ],
)
def test_the_query_url_follows_from_an_apis_base_address(api_endpoint: str, expected: str) -> None:
    assert query_url(api_endpoint) == expected


def test_an_unsafe_base_address_is_refused() -> None:
    with pytest.raises(SettingsError):
        query_url("http://mondoo.example.com")


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://api.mondoo.com/query", Region.US),
        ("https://us.api.mondoo.com", Region.US),
        ("https://EU.api.mondoo.com", Region.EU),
        ("https://mondoo.example.com/query", Region.CUSTOM),
        ("", Region.CUSTOM),
    ],
)
def test_a_url_tells_its_region(url: str, region: Region) -> None:
    assert region_of(url) is region


def test_an_endpoint_shows_no_token() -> None:
    assert "made-up" not in repr(Endpoint(QUERY_URLS[Region.EU], ApiToken("made-up")))
