"""What Slack tells of people and places, asked of the sandbox, and of a Slack that answers as the test says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest
import stamina
from aiohttp import web
from structlog.testing import capture_logs

from bot.adapters.slack.client import Refused, open_session, web_client
from bot.adapters.slack.directory import SlackDirectory
from bot.adapters.slack.replies import ResponseUrls
from bot.domain.access import ChannelId, GroupId, Person, Place, PlaceKind, Role, UserId
from bot.domain.errors import BadCredentials, BadResponse, RateLimited, Unavailable, UserError
from bot.sandbox.slack import cast
from bot.sandbox.slack.cloud import SlackCloud
from bot.sandbox.slack.faults import Fault, FaultKind
from bot.sandbox.slack.ledger import EntryKind

from .harness import SystemClock


@pytest.fixture
async def directory(slack: SlackCloud) -> AsyncIterator[SlackDirectory]:
    url = slack.environment["SLACK_API_URL"]
    async with open_session(url) as session:
        yield SlackDirectory(web_client(slack.credentials.bot_token, session, url), SystemClock())


def calls(slack: SlackCloud, method: str) -> int:
    return len(slack.workspace.ledger.entries(EntryKind.API_CALL, method=method))


@pytest.mark.parametrize(
    ("user", "role", "zone"),
    [
        (cast.OWNER, Role.OWNER, "Europe/Berlin"),
        (cast.ADMIN, Role.ADMIN, "America/New_York"),
        (cast.MEMBER, Role.MEMBER, "Asia/Tokyo"),
        (cast.GUEST, Role.GUEST, "Europe/Brussels"),
        (cast.SINGLE_CHANNEL_GUEST, Role.GUEST, "Europe/Zurich"),
        (cast.STRANGER, Role.STRANGER, "Europe/London"),
        (cast.DEACTIVATED, Role.DEACTIVATED, "UTC"),
        (cast.BOT_USER, Role.BOT, "America/Los_Angeles"),
    ],
)
async def test_each_person_is_what_they_are(directory: SlackDirectory, user: str, role: Role, zone: str) -> None:
    assert await directory.person(UserId(user)) == Person(UserId(user), role, zone)


async def test_somebody_whom_slack_does_not_know_is_told_so(directory: SlackDirectory) -> None:
    with pytest.raises(UserError, match="does not know you"):
        await directory.person(UserId("U0NOBODY000"))


@pytest.mark.parametrize(
    ("channel", "kind", "shared"),
    [
        (cast.GENERAL, PlaceKind.PUBLIC, False),
        (cast.RANDOM, PlaceKind.PUBLIC, False),
        (cast.PRIVATE, PlaceKind.PRIVATE, False),
        (cast.PRIVATE_WITHOUT_BOT, PlaceKind.PRIVATE, False),
        (cast.SHARED, PlaceKind.PUBLIC, True),
        (cast.OWNER_DM, PlaceKind.DIRECT, False),
        ("D0OTHERPEOP", PlaceKind.DIRECT, False),
    ],
)
async def test_each_place_is_what_it_is(
    directory: SlackDirectory, channel: str, kind: PlaceKind, *, shared: bool
) -> None:
    place = await directory.place(ChannelId(channel))
    assert replace(place, unseen="") == Place(ChannelId(channel), kind, shared)
    assert bool(place.unseen) is (channel == cast.PRIVATE_WITHOUT_BOT)


@pytest.mark.parametrize(
    ("channel", "joined"),
    [(cast.SECURITY_AUDIT, True), (cast.RANDOM, False), (cast.PRIVATE_WITHOUT_BOT, False), (cast.OWNER_DM, True)],
)
async def test_where_the_bot_is_is_asked_each_time(
    directory: SlackDirectory, slack: SlackCloud, channel: str, *, joined: bool
) -> None:
    assert [await directory.joined(ChannelId(channel)) for _ in range(2)] == [joined] * 2
    assert calls(slack, "conversations.info") == (0 if channel == cast.OWNER_DM else 2)


async def test_direct_messages_are_known_without_asking(directory: SlackDirectory, slack: SlackCloud) -> None:
    await directory.place(ChannelId(cast.OWNER_DM))
    assert calls(slack, "conversations.info") == 0


async def test_the_members_of_a_group_are_known_and_an_unknown_group_is_empty(directory: SlackDirectory) -> None:
    assert await directory.members(GroupId(cast.ONCALL_GROUP)) == {UserId(cast.MEMBER), UserId(cast.OTHER_MEMBER)}
    assert await directory.members(GroupId("S0NOGROUP00")) == frozenset()


async def test_what_is_known_is_not_asked_again(directory: SlackDirectory, slack: SlackCloud) -> None:
    for _ in range(3):
        await directory.person(UserId(cast.OWNER))
        await directory.person(UserId(cast.ADMIN))
        await directory.place(ChannelId(cast.GENERAL))
        await directory.members(GroupId(cast.ONCALL_GROUP))
    assert [calls(slack, method) for method in ("auth.test", "users.info", "conversations.info")] == [1, 2, 1]
    assert calls(slack, "usergroups.users.list") == 1


async def test_passing_trouble_is_passed_over(directory: SlackDirectory, slack: SlackCloud) -> None:
    slack.faults.add(Fault("users.info", FaultKind.STATUS))
    slack.faults.add(Fault("users.info", FaultKind.RESET))
    assert (await directory.person(UserId(cast.OWNER))).role is Role.OWNER


@pytest.mark.parametrize(
    ("fault", "error", "sentence"),
    [
        (Fault("auth.test", FaultKind.STATUS, times=None, status=502), Unavailable, "Slack answered 502."),
        (Fault("auth.test", FaultKind.RESET, times=None), Unavailable, "Slack could not be reached."),
        (Fault("auth.test", FaultKind.ERROR, times=None), Unavailable, "Slack answered internal_error."),
        (Fault("auth.test", FaultKind.RATE_LIMITED, times=None, seconds=30), RateLimited, "fewer requests"),
        (Fault("auth.test", FaultKind.ERROR, times=None, error="token_revoked"), BadCredentials, "token_revoked"),
        (Fault("auth.test", FaultKind.ERROR, times=None, error="odd_thing"), Refused, "Slack refused: odd_thing."),
    ],
    ids=["status", "reset", "passing-error", "rate-limited", "credentials", "unknown-error"],
)
async def test_each_failure_of_slack_is_one_of_the_trees(
    directory: SlackDirectory, slack: SlackCloud, fault: Fault, error: type[Exception], sentence: str
) -> None:
    slack.faults.add(fault)
    with pytest.raises(error, match=sentence) as failure:
        await directory.workspace()
    assert type(failure.value) is error
    assert slack.credentials.bot_token not in str(failure.value)


async def test_a_slack_that_hangs_is_not_waited_for(slack: SlackCloud) -> None:
    slack.faults.add(Fault("*", FaultKind.HANG, times=None))
    url = slack.environment["SLACK_API_URL"]
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.1)) as session:
        directory = SlackDirectory(web_client(slack.credentials.bot_token, session, url), SystemClock())
        with pytest.raises(Unavailable, match="could not be reached"):
            await directory.workspace()
        with pytest.raises(Unavailable, match="could not be reached"):
            await ResponseUrls(session, url).send(url.replace("/api/", "/commands/1/2/3"), {"replace_original": True})


async def test_a_scope_that_the_app_lacks_is_named() -> None:
    def answer(_method: str) -> web.Response:
        return web.json_response({"ok": False, "error": "missing_scope", "needed": "users:read", "provided": "chat"})

    async with answering(answer) as directory:
        with pytest.raises(BadCredentials, match="lacks the scope users:read") as failure:
            await directory.person(UserId("U1"))
        assert "install the app again" in failure.value.advice


@pytest.mark.parametrize(
    "body", ["<html>", "[]", "null", '"x"', "{}", '{"ok":true}', '{"ok":true,"user":[]}', '{"ok":true,"users":{}}', ""]
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/html"])
async def test_an_answer_that_makes_no_sense_lets_nobody_in(body: str, content_type: str) -> None:
    def answer(method: str) -> web.Response:
        if method == "auth.test":
            return web.json_response({"ok": True, "team_id": "T1", "user_id": "UBOT"})
        return web.Response(text=body, content_type=content_type)

    async with answering(answer) as directory:
        for question in (directory.person(UserId("U1")), directory.members(GroupId("S1"))):
            with pytest.raises(BadResponse):
                await question
        if '"ok":true' not in body:
            with pytest.raises(BadResponse):
                await directory.place(ChannelId("C1"))


async def test_a_refusal_that_is_not_about_the_question_lets_nobody_in() -> None:
    def answer(method: str) -> web.Response:
        if method == "auth.test":
            return web.json_response({"ok": True, "team_id": "T1", "user_id": "UBOT"})
        return web.json_response({"ok": False, "error": "team_is_on_the_moon"})

    async with answering(answer) as directory:
        for question in (
            directory.person(UserId("U1")),
            directory.place(ChannelId("C1")),
            directory.members(GroupId("S1")),
        ):
            with pytest.raises(Refused, match="team_is_on_the_moon"):
                await question


async def test_a_workspace_without_a_name_lets_nobody_in() -> None:
    async with answering(lambda _method: web.json_response({"ok": True})) as directory:
        with pytest.raises(BadResponse):
            await directory.workspace()


USER = {"id": "U1", "team_id": "T1", "tz": "UTC"}


@pytest.mark.parametrize(
    ("change", "role"),
    [
        ({}, Role.MEMBER),
        ({"is_primary_owner": True}, Role.OWNER),
        ({"is_owner": True, "is_restricted": True}, Role.GUEST),
        ({"is_owner": True, "deleted": True}, Role.DEACTIVATED),
        ({"is_admin": True, "team_id": "T2"}, Role.STRANGER),
        ({"is_admin": True, "team_id": None, "tz": None}, Role.ADMIN),
        ({"is_admin": True, "team_id": None, "enterprise_user": {"teams": ["T2"]}}, Role.STRANGER),
        ({"is_admin": True, "is_stranger": True}, Role.STRANGER),
        ({"is_admin": True, "team_id": "T2", "enterprise_user": {"teams": ["T2", "T1"]}}, Role.ADMIN),
        ({"is_admin": True, "team_id": "T2", "enterprise_user": {"teams": ["T2"]}}, Role.STRANGER),
        ({"is_admin": True, "team_id": "T2", "enterprise_user": {"teams": "T1"}}, Role.STRANGER),
        ({"is_workflow_bot": True, "is_admin": True}, Role.BOT),
    ],
)
async def test_the_least_trusted_that_is_true_of_somebody_counts(change: Mapping[str, object], role: Role) -> None:
    def answer(method: str) -> web.Response:
        if method == "auth.test":
            return web.json_response({"ok": True, "team_id": "T1", "user_id": "UBOT"})
        return web.json_response({"ok": True, "user": {**USER, **change}})

    async with answering(answer) as directory:
        assert (await directory.person(UserId("U1"))).role is role


@pytest.mark.parametrize(
    ("channel", "kind", "shared"),
    [
        ({"is_private": False}, PlaceKind.PUBLIC, False),
        ({}, PlaceKind.PRIVATE, False),
        ({"is_im": True}, PlaceKind.DIRECT, False),
        ({"is_mpim": True, "is_private": False}, PlaceKind.PRIVATE, False),
        ({"is_private": False, "is_ext_shared": True}, PlaceKind.PUBLIC, True),
        ({"is_private": False, "is_pending_ext_shared": True}, PlaceKind.PUBLIC, True),
        ({"is_private": False, "is_shared": True, "is_org_shared": True}, PlaceKind.PUBLIC, False),
        ({"is_private": False, "is_shared": True}, PlaceKind.PUBLIC, True),
    ],
)
async def test_a_place_counts_as_shared_unless_it_is_known_not_to_be(
    channel: Mapping[str, object], kind: PlaceKind, *, shared: bool
) -> None:
    def answer(_method: str) -> web.Response:
        return web.json_response({"ok": True, "channel": channel})

    async with answering(answer) as directory:
        assert await directory.place(ChannelId("C1")) == Place(ChannelId("C1"), kind, shared)


@pytest.mark.parametrize(
    "answer",
    [
        {"ok": False, "error": "unknown_method"},
        {"ok": False, "error": "missing_scope", "needed": "mpim:read"},
        {"ok": False, "error": "method_not_supported_for_channel_type"},
        {"ok": True},
    ],
    ids=lambda answer: answer.get("error", "no-channel"),
)
async def test_a_place_that_slack_does_not_show_is_private_and_warned_of_once(answer: dict[str, object]) -> None:
    async with answering(lambda _method: web.json_response(answer)) as directory:
        with capture_logs() as logs:
            places = [await directory.place(ChannelId(channel)) for channel in ("C1", "G2")]
        assert await directory.joined(ChannelId("C1"))
    assert [(place.kind, place.shared) for place in places] == [(PlaceKind.PRIVATE, False)] * 2
    assert all(place.unseen.startswith("Slack does not say who reads in the channel: ") for place in places)
    assert [line["log_level"] for line in logs] == ["warning"]


async def test_a_bad_token_is_no_place_that_cannot_be_seen() -> None:
    refusal = {"ok": False, "error": "invalid_auth"}
    async with answering(lambda _method: web.json_response(refusal)) as directory:
        with pytest.raises(BadCredentials):
            await directory.place(ChannelId("C1"))


@asynccontextmanager
async def answering(answer: Callable[[str], web.Response]) -> AsyncIterator[SlackDirectory]:
    """A directory that asks a Slack which gives, for each method, the answer that the test wants."""

    async def handle(request: web.Request) -> web.Response:
        return answer(request.match_info["method"])

    app = web.Application()
    app.router.add_route("*", "/api/{method}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        async with open_session(url) as session:
            yield SlackDirectory(web_client("xoxb-1", session, url), SystemClock())
    finally:
        await runner.cleanup()


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Tries follow one another at once."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield
