"""Answers posted to response_urls, at a Slack whose every answer the test decides."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
import stamina
from aiohttp import web

from bot.adapters.slack.client import API_URL, open_session
from bot.adapters.slack.hosts import TrustedHosts
from bot.adapters.slack.replies import TRIES, USES, ResponseUrls
from bot.domain.errors import BadResponse, RateLimited, Unavailable

REPLACING = {"text": "x", "replace_original": True}
NEW = {"text": "x", "replace_original": False}


@dataclass(slots=True)
class Hooks:
    """A server for response_urls: gives the planned statuses one after the other, then 200; 0 drops the connection."""

    url: str = ""
    plan: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    got: list[object] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        status = self.plan.pop(0) if self.plan else 200
        if status == 0:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=status or 200, headers=self.headers)


@pytest.fixture
async def hooks() -> AsyncIterator[Hooks]:
    hooks = Hooks()
    app = web.Application()
    app.router.add_post("/commands/T1/1/secret", hooks.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hooks.url = f"http://127.0.0.1:{runner.addresses[0][1]}/commands/T1/1/secret"
    yield hooks
    await runner.cleanup()


@pytest.fixture
async def replies(hooks: Hooks) -> AsyncIterator[ResponseUrls]:
    api_url = hooks.url.replace("/commands/T1/1/secret", "/api/")
    async with open_session(api_url) as session:
        yield ResponseUrls(session, api_url)


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Tries follow one another at once."""
    with stamina.set_testing(True, attempts=TRIES, cap=True):
        yield


async def test_an_answer_is_posted_as_it_is(replies: ResponseUrls, hooks: Hooks) -> None:
    await replies.send(hooks.url, REPLACING)
    assert hooks.got == [REPLACING]


@pytest.mark.parametrize("status", [500, 503, 429, 0])
async def test_an_answer_that_replaces_itself_is_tried_again(replies: ResponseUrls, hooks: Hooks, status: int) -> None:
    hooks.plan = [status] * (TRIES - 1)
    await replies.send(hooks.url, REPLACING)
    assert len(hooks.got) == TRIES


@pytest.mark.parametrize(("status", "error"), [(500, Unavailable), (429, RateLimited), (0, Unavailable)])
async def test_trying_has_an_end_that_leaves_uses_for_other_words(
    replies: ResponseUrls, hooks: Hooks, status: int, error: type[Exception]
) -> None:
    hooks.plan = [status] * 10
    with pytest.raises(error):
        await replies.send(hooks.url, REPLACING)
    assert len(hooks.got) == TRIES <= USES - 2


@pytest.mark.parametrize("status", [500, 429, 0])
async def test_what_is_to_be_tried_once_is_not_tried_again(replies: ResponseUrls, hooks: Hooks, status: int) -> None:
    hooks.plan = [status]
    with pytest.raises(Unavailable):
        await replies.send(hooks.url, REPLACING, once=True)
    assert len(hooks.got) == 1


@pytest.mark.parametrize("status", [500, 0])
async def test_a_new_message_that_may_have_been_taken_is_not_sent_twice(
    replies: ResponseUrls, hooks: Hooks, status: int
) -> None:
    hooks.plan = [status]
    with pytest.raises(Unavailable):
        await replies.send(hooks.url, NEW)
    assert len(hooks.got) == 1


async def test_a_new_message_that_was_not_taken_is_sent_again(replies: ResponseUrls, hooks: Hooks) -> None:
    hooks.plan = [429]
    await replies.send(hooks.url, NEW)
    assert len(hooks.got) == 2


async def test_slacks_wish_for_a_long_wait_ends_the_tries(replies: ResponseUrls, hooks: Hooks) -> None:
    hooks.plan, hooks.headers = [429], {"Retry-After": "120"}
    with pytest.raises(RateLimited):
        await replies.send(hooks.url, REPLACING)
    assert len(hooks.got) == 1


@pytest.mark.parametrize("status", [302, 400, 403, 404])
async def test_a_refusal_is_final(replies: ResponseUrls, hooks: Hooks, status: int) -> None:
    hooks.plan = [status]
    with pytest.raises(BadResponse, match=rf"\({status}\)"):
        await replies.send(hooks.url, REPLACING)
    assert len(hooks.got) == 1


@pytest.mark.parametrize("status", [404, 500, 429, 0])
async def test_no_error_tells_the_address(replies: ResponseUrls, hooks: Hooks, status: int) -> None:
    hooks.plan = [status] * TRIES
    with pytest.raises((BadResponse, Unavailable)) as failure:
        await replies.send(hooks.url, REPLACING)
    error: BaseException | None = failure.value
    assert "secret" not in repr(error)
    assert failure.value.__cause__ is None


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/commands/T1/1/x",
        "http://hooks.slack.com/commands/T1/1/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com@evil.example/x",
        "https://hooks.slack.com:8443/x",
        "//hooks.slack.com/x",
        "https://[broken",
        "https://hooks.slack.com:port/x",
        "file:///etc/passwd",
        "",
    ],
)
async def test_only_slacks_hosts_are_ever_posted_to(replies: ResponseUrls, url: str) -> None:
    with pytest.raises(BadResponse, match="not Slack's"):
        await replies.send(url, REPLACING)


async def test_a_slack_elsewhere_has_no_answers_on_this_machine() -> None:
    async with open_session() as session:
        with pytest.raises(BadResponse, match="not Slack's"):
            await ResponseUrls(session).send("http://127.0.0.1:1/x", REPLACING)


@pytest.mark.parametrize("api_url", ["http://localhost:1/api/", "http://127.0.0.2/api/", "http://[::1]:1/api/"])
async def test_a_slack_on_this_machine_may_go_by_any_of_its_names(hooks: Hooks, api_url: str) -> None:
    async with open_session(api_url) as session:
        replies = ResponseUrls(session, api_url)
        await replies.send(hooks.url, REPLACING)
        with pytest.raises(BadResponse, match="not Slack's"):
            await replies.send("ftp://localhost/x", REPLACING)
    assert hooks.got == [REPLACING]


@pytest.mark.parametrize(
    ("api_url", "trusted"),
    [
        (API_URL, {("https", "hooks.slack.com", None)}),
        (
            "https://slack-gov.com/api/",
            {
                ("https", "hooks.slack.com", None),
                ("https", "slack-gov.com", None),
                ("https", "hooks.slack-gov.com", None),
            },
        ),
    ],
)
def test_the_hosts_of_slack_follow_from_its_api(api_url: str, trusted: set[object]) -> None:
    assert TrustedHosts("hooks", api_url).origins == trusted
