from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.adapters.slack.views import blocks
from bot.adapters.slack.views.blocks import Json
from bot.domain.access import ChannelId, UserId
from bot.domain.errors import BadResponse, Unavailable, UserError
from bot.entrypoints.slack.acknowledgements import Acknowledgement
from bot.entrypoints.slack.desk import Desk, Work
from bot.entrypoints.slack.in_flight import InFlight
from bot.entrypoints.slack.requests import Answer, Request

GOOD = blocks.message("Words", blocks.header("Words"))


class Clock:
    """Stands still."""

    def now(self) -> datetime:
        return datetime(2024, 5, 6, tzinfo=UTC)


@dataclass(slots=True)
class FakeReplies:
    """Takes answers, or raises the planned errors first.

    ``sent`` are the messages taken, ``tried`` counts all, and ``once`` holds the words of those to be tried once.
    """

    plan: list[Exception] = field(default_factory=list)
    sent: list[Mapping[str, object]] = field(default_factory=list)
    tried: int = 0
    once: list[object] = field(default_factory=list)

    async def send(self, response_url: str, message: Mapping[str, object], *, once: bool = False) -> None:
        assert response_url == "https://hooks.slack.com/secret"
        if once:
            self.once.append(message["text"])
        self.tried += 1
        if self.plan:
            raise self.plan.pop(0)
        self.sent.append(message)


@dataclass(slots=True)
class FakePosts:
    """Takes posts, or raises the planned errors first. ``posted`` are channels and messages."""

    plan: list[Exception] = field(default_factory=list)
    posted: list[tuple[ChannelId, Mapping[str, object]]] = field(default_factory=list)

    async def post(self, channel: ChannelId, message: Mapping[str, object]) -> None:
        if self.plan:
            raise self.plan.pop(0)
        self.posted.append((channel, message))


@pytest.fixture
def replies() -> FakeReplies:
    return FakeReplies()


@pytest.fixture
def in_flight() -> InFlight:
    return InFlight()


@pytest.fixture
def posts() -> FakePosts:
    return FakePosts()


@pytest.fixture
def desk(replies: FakeReplies, posts: FakePosts, in_flight: InFlight) -> Desk:
    return Desk(replies, posts, in_flight, Clock())


def asked(command: str | None = "org=acme") -> Request:
    return Request(UserId("U1"), ChannelId("C1"), "https://hooks.slack.com/secret", command, "search")


def asked_directly() -> Request:
    return Request(UserId("U1"), ChannelId("D1"), None, "org=acme", "search")


def answering(message: Json | None) -> Work:
    async def work(_request: Request) -> Answer:
        return Answer(message, "answered")

    return work


async def test_an_answer_goes_to_the_person_alone_in_the_place_of_the_acknowledgement(
    desk: Desk, replies: FakeReplies
) -> None:
    await desk.serve(asked(), answering(GOOD))
    assert replies.sent == [GOOD | {"response_type": "ephemeral", "replace_original": True}]


async def test_a_message_that_would_break_a_limit_is_sent_as_mere_words(desk: Desk, replies: FakeReplies) -> None:
    broken = GOOD | {"blocks": [blocks.header("Words"), {"type": "image", "alt_text": "x"}]}
    with capture_logs() as logs:
        await desk.serve(asked(), answering(broken))
    (sent,) = replies.sent
    assert sent["blocks"] == [blocks.plain("Words", 100)]
    assert "a message would break Slack's limits" in [line["event"] for line in logs]


async def test_what_slack_refuses_is_sent_in_the_next_form(desk: Desk, replies: FakeReplies) -> None:
    plainer = blocks.message("Plainer", blocks.header("Plainer"))

    async def work(_request: Request) -> Answer:
        return Answer(GOOD, "answered", others=(plainer,))

    replies.plan = [BadResponse("Slack refused the answer (400).")]
    await desk.serve(asked(), work)
    assert [sent["blocks"] for sent in replies.sent] == [plainer["blocks"]]


async def test_what_is_for_everybody_takes_nothings_place(desk: Desk, replies: FakeReplies) -> None:
    async def work(_request: Request) -> Answer:
        return Answer(GOOD, "answered", public=True)

    await desk.serve(asked(None), work)
    assert replies.sent == [GOOD | {"response_type": "in_channel", "replace_original": False}]


async def test_work_that_tells_of_itself_is_not_told_of(
    replies: FakeReplies, posts: FakePosts, in_flight: InFlight
) -> None:
    async def work(request: Request) -> Answer:
        request.tells = True
        await asyncio.sleep(0.05)
        return Answer(GOOD, "answered")

    await Desk(replies, posts, in_flight, Clock(), patience=timedelta(milliseconds=5)).serve(asked(), work)
    assert [sent["text"] for sent in replies.sent] == ["Words"]


async def test_an_answer_that_slack_refuses_in_any_form_is_logged_as_undelivered(
    desk: Desk, replies: FakeReplies
) -> None:
    replies.plan = [BadResponse("Slack refused the answer (404).")] * 2
    with capture_logs() as logs:
        await desk.serve(asked(), answering(GOOD))
    assert logs[-1]["delivered"] is False
    assert [line["event"] for line in logs].count("Slack refuses an answer") == 2


async def test_an_answer_that_does_not_reach_slack_is_not_tried_in_another_form(
    desk: Desk, replies: FakeReplies
) -> None:
    replies.plan = [Unavailable("Slack could not be reached.")]
    with capture_logs() as logs:
        await desk.serve(asked(), answering(GOOD))
    assert replies.tried == 1
    assert logs[-1]["delivered"] is False
    assert "secret" not in str(logs)


async def test_an_error_takes_the_place_of_a_command_but_not_of_a_page(desk: Desk, replies: FakeReplies) -> None:
    async def work(_request: Request) -> Answer:
        raise UserError("No.")

    await desk.serve(asked(), work)
    await desk.serve(asked(None), work)
    assert [sent["replace_original"] for sent in replies.sent] == [True, False]


async def test_an_answer_waits_for_its_acknowledgement(desk: Desk, replies: FakeReplies) -> None:
    request = asked()
    request.acknowledgement = Acknowledgement()
    done = asyncio.Event()

    async def work(_request: Request) -> Answer:
        done.set()
        return Answer(GOOD, "answered")

    serving = asyncio.create_task(desk.serve(request, work))
    await done.wait()
    assert replies.sent == []
    request.acknowledgement.sent()
    await serving
    assert len(replies.sent) == 1


async def test_who_is_given_up_is_logged_as_interrupted(desk: Desk, replies: FakeReplies, in_flight: InFlight) -> None:
    began, forever = asyncio.Event(), asyncio.Event()

    async def work(_request: Request) -> Answer:
        began.set()
        await forever.wait()
        raise AssertionError

    replies.plan = [Unavailable("Slack could not be reached.")]
    with capture_logs() as logs:
        serving = asyncio.create_task(desk.serve(asked(), work))
        await began.wait()
        assert await in_flight.drain(timedelta(0)) == 1
        with pytest.raises(asyncio.CancelledError):
            await serving
    assert {line["event"] for line in logs} == {"request", "a notice did not reach Slack"}
    assert next(line for line in logs if line["event"] == "request")["outcome"] == "interrupted"


def test_a_request_shows_no_response_url() -> None:
    assert "secret" not in repr(asked())


def slowly(replies: FakeReplies) -> Work:
    """Work that takes until the person has been told of it."""

    async def work(_request: Request) -> Answer:
        async with asyncio.timeout(5):
            while not replies.sent:  # noqa: ASYNC110 — the fake has no way to tell
                await asyncio.sleep(0)
        return Answer(GOOD, "answered")

    return work


async def test_whoever_waits_long_is_told_once_and_the_answer_takes_the_place_of_that(
    replies: FakeReplies, in_flight: InFlight
) -> None:
    desk = Desk(replies, FakePosts(), in_flight, Clock(), patience=timedelta(milliseconds=1))
    await desk.serve(asked(), slowly(replies))
    notice, answer = replies.sent
    assert "Still reading" in str(notice["text"])
    assert notice["replace_original"] is True
    assert answer["text"] == "Words"
    assert replies.once == [notice["text"]]


async def test_a_notice_that_does_not_arrive_leaves_the_answer_alone(replies: FakeReplies, in_flight: InFlight) -> None:
    replies.plan = [Unavailable("Slack could not be reached.")]

    async def work(_request: Request) -> Answer:
        async with asyncio.timeout(5):
            while not replies.tried:  # noqa: ASYNC110 — the fake has no way to tell
                await asyncio.sleep(0)
        return Answer(GOOD, "answered")

    desk = Desk(replies, FakePosts(), in_flight, Clock(), patience=timedelta(milliseconds=1))
    await desk.serve(asked(), work)
    (answer,) = replies.sent
    assert answer["text"] == "Words"


async def test_a_page_is_not_taken_from_whoever_waits_for_the_next(replies: FakeReplies, in_flight: InFlight) -> None:
    desk = Desk(replies, FakePosts(), in_flight, Clock(), patience=timedelta(milliseconds=1))
    await desk.serve(asked(None), slowly(replies))
    notice, answer = replies.sent
    assert "Still reading" in str(notice["text"])
    assert [notice["replace_original"], answer["replace_original"]] == [False, True]


async def test_what_has_no_response_url_is_answered_by_a_message_in_the_conversation(
    desk: Desk, replies: FakeReplies, posts: FakePosts
) -> None:
    with capture_logs() as logs:
        await desk.serve(asked_directly(), answering(GOOD))
    assert posts.posted == [("D1", GOOD)]
    assert replies.tried == 0
    assert logs[-1]["delivered"] is True


async def test_a_post_that_slack_refuses_is_posted_as_mere_words_and_a_lost_one_not_again(
    desk: Desk, posts: FakePosts
) -> None:
    posts.plan = [BadResponse("Slack refused: invalid_blocks."), Unavailable("Slack could not be reached.")]
    await desk.serve(asked_directly(), answering(GOOD))
    assert posts.posted == []
    await desk.serve(asked_directly(), answering(GOOD))
    assert len(posts.posted) == 1


async def test_work_that_shows_all_there_is_sends_no_answer(desk: Desk, replies: FakeReplies) -> None:
    with capture_logs() as logs:
        await desk.serve(asked(), answering(None))
    assert replies.tried == 0
    assert (logs[-1]["outcome"], logs[-1]["delivered"]) == ("answered", True)
