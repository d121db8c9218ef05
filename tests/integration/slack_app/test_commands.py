from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from slack_bolt.async_app import AsyncBoltRequest
from structlog.testing import capture_logs

from bot.adapters.slack.views.notices import BUSY, READING
from bot.domain.access import ChannelId, GroupId, Policy, Rule, UserId
from bot.domain.errors import Unavailable
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.entrypoints.slack.line import Bounds
from bot.sandbox.slack import cast, ids
from bot.sandbox.slack.blocks.active import Activity, active_content
from bot.sandbox.slack.cloud import SlackCloud
from bot.sandbox.slack.faults import Fault, FaultKind

from .harness import Bot, Setup, action_of, labels, numbers, read, running

QUESTION = "org=mondoo-organization-1 since=2024-01-01"
PROD = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
HIDDEN = Scope(ScopeKind.SPACE, "crown-jewels", Region.EU)


async def test_a_command_is_answered_over_either_transport(slack: SlackCloud, transport: str) -> None:
    async with running(slack, Setup(transport=transport)) as bot:
        answer = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
        assert numbers(answer) == list(range(1, 11))
        assert answer.ephemeral_for == cast.OWNER
        assert "1–10 of 36" in read(answer)
        older = await bot.click(cast.OWNER, answer, "Older")
        assert numbers(older) == list(range(11, 21))


async def test_the_acknowledgement_waits_for_nothing(bot: Bot) -> None:
    bot.log.gate = asyncio.Event()
    bot.slack.faults.add(Fault("users.info", FaultKind.HANG, times=None))
    outcome = await bot.person(cast.OWNER).type(cast.GENERAL, f"/mondoo-audit {QUESTION}")
    assert outcome.ok
    (message,) = bot.seen(cast.GENERAL, cast.OWNER)
    assert message.text == READING
    assert message.ephemeral_for == cast.OWNER
    bot.slack.faults.clear()


async def test_a_question_that_would_have_to_wait_too_long_is_turned_away(slack: SlackCloud) -> None:
    async with running(slack, Setup(bounds=Bounds(room=1))) as bot:
        bot.log.gate = asyncio.Event()
        owner = bot.person(cast.OWNER)
        assert (await owner.type(cast.GENERAL, f"/mondoo-audit {QUESTION}")).ok
        await bot.log.asked.wait()
        assert (await bot.person(cast.ADMIN).type(cast.GENERAL, f"/mondoo-audit {QUESTION}")).ok
        assert [message.text for message in bot.seen(cast.GENERAL, cast.ADMIN)] == [BUSY]
        assert "since=2024-05-01" in read(await bot.ask(cast.ADMIN, cast.GENERAL, "help"))
        bot.log.gate.set()
        await bot.in_flight.settled()
        assert numbers(bot.seen(cast.GENERAL, cast.OWNER)[-1]) == list(range(1, 11))
        assert numbers(await bot.ask(cast.ADMIN, cast.GENERAL, QUESTION)) == list(range(1, 11))


async def test_the_whole_log_can_be_paged_through_and_back(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    seen = numbers(page)
    while "Older" in labels(page):
        page = await bot.click(cast.OWNER, page, "Older")
        seen += numbers(page)
    assert seen == list(range(1, 37))
    assert "31–36 of 36, all read" in read(page)
    page = await bot.click(cast.OWNER, page, "Newer")
    assert numbers(page) == list(range(21, 31))
    assert bot.log.readings == 1
    assert len(bot.seen(cast.GENERAL, cast.OWNER)) == 1


async def test_with_the_oldest_first_newer_leads_on(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, f"{QUESTION} order=asc")
    assert numbers(page) == list(range(36, 26, -1))
    assert labels(page)[:2] == ["Newer", "Change filters"]
    page = await bot.click(cast.OWNER, page, "Newer")
    assert numbers(page) == list(range(26, 16, -1))
    assert labels(page)[:2] == ["Older", "Newer"]


async def test_a_page_shows_the_same_log_after_it_has_grown_and_after_a_restart(slack: SlackCloud) -> None:
    async with running(slack, Setup()) as bot:
        page = await bot.ask(cast.OWNER, cast.GENERAL, f"{QUESTION} until=2024-03-22T17:40Z")
    async with running(slack, Setup()) as restarted:
        older = await restarted.click(cast.OWNER, page, "Older")
        assert numbers(older) == [number + 10 for number in numbers(page)]
        assert restarted.log.readings == 1


async def test_clicks_at_the_same_time_are_harmless(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    owner = bot.person(cast.OWNER)
    outcomes = await asyncio.gather(*(owner.click(page, action_of(page, "Older")) for _ in range(5)))
    assert all(outcome.ok for outcome in outcomes)
    await bot.in_flight.settled()
    (message,) = bot.seen(cast.GENERAL, cast.OWNER)
    assert numbers(message) == list(range(11, 21))


async def test_help_explains_how_to_ask(slack: SlackCloud) -> None:
    catalog = ScopeCatalog((PROD,), (("prod", PROD),))
    async with running(slack, Setup(catalog=catalog)) as bot:
        answer = await bot.ask(cast.OWNER, cast.GENERAL, "help")
        assert "/mondoo-audit org=prod last=7d" in read(answer)
        assert "since=2024-05-01" in read(answer)


async def test_a_mistake_is_answered_with_a_command_to_copy(bot: Bot) -> None:
    answer = await bot.ask(cast.OWNER, cast.GENERAL, "org=mondoo-organization-1 sicne=2024-01-01")
    assert "There is no key “sicne”: the nearest is “since”." in read(answer)
    corrected = next(line for line in read(answer).splitlines() if line.startswith("/mondoo-audit"))
    again = await bot.ask(cast.OWNER, cast.GENERAL, corrected.removeprefix("/mondoo-audit "))
    assert numbers(again) == list(range(1, 11))


async def test_what_slack_made_of_the_typed_text_is_undone(bot: Bot) -> None:
    answer = await bot.ask(cast.OWNER, cast.GENERAL, f"{QUESTION} text=https://example.com/?a=1&b=<2>")
    assert "Only any text with “https://example.com/?a=1&b=<2>”" in read(answer)


async def test_days_are_those_of_the_persons_own_zone(bot: Bot) -> None:
    answer = await bot.ask(cast.ADMIN, cast.GENERAL, QUESTION)
    assert "From Mon 1 Jan 2024 00:00 until " in read(answer)
    assert "(America/New_York)" in read(answer)


OUTSIDERS = [cast.MEMBER, cast.GUEST, cast.SINGLE_CHANNEL_GUEST]


@pytest.mark.parametrize("user", OUTSIDERS)
async def test_who_may_not_see_a_log_is_told_whom_to_ask_and_nothing_else(bot: Bot, user: ids.UserId) -> None:
    answer = await bot.ask(user, cast.ONCALL, QUESTION)
    assert "Ask an owner or admin of this workspace" in read(answer)
    assert bot.log.readings == 0


@pytest.mark.parametrize("text", ["scope=prod", "prod", "sicne=24h"])
async def test_who_may_see_nothing_is_refused_before_being_corrected(slack: SlackCloud, text: str) -> None:
    async with running(slack, Setup(catalog=ScopeCatalog((PROD,), (("prod", PROD),)))) as bot:
        answer = read(await bot.ask(cast.GUEST, cast.ONCALL, text))
        assert "Guests may see audit logs only where" in answer
        assert "You may mean" not in answer
        assert "/mondoo-audit" in read(await bot.ask(cast.GUEST, cast.ONCALL, "help"))


async def test_nobody_sees_a_log_in_a_channel_shared_with_others(bot: Bot) -> None:
    answer = await bot.ask(cast.OWNER, cast.SHARED, QUESTION)
    assert "shared with another organization" in read(answer)
    assert bot.log.readings == 0


async def test_groups_and_channels_of_the_settings_let_members_in(slack: SlackCloud) -> None:
    by_group = Rule(groups=frozenset({GroupId(cast.ONCALL_GROUP)}))
    by_channel = Rule(channels=frozenset({ChannelId(cast.SHARED)}))
    async with running(slack, Setup(policy=Policy(by_group))) as bot:
        assert numbers(await bot.ask(cast.MEMBER, cast.RANDOM, QUESTION))
    async with running(slack, Setup(policy=Policy(by_channel))) as bot:
        assert numbers(await bot.ask(cast.OTHER_MEMBER, cast.SHARED, QUESTION))


async def test_a_hidden_scope_is_answered_like_one_that_does_not_exist(slack: SlackCloud) -> None:
    catalog = ScopeCatalog((PROD, HIDDEN), (("jewels", HIDDEN),), open=False)
    rule = Rule(users=frozenset({UserId(cast.MEMBER)}), admins=False)
    policy = Policy(rule, {HIDDEN: Rule(admins=True)})
    async with running(slack, Setup(policy=policy, catalog=catalog)) as bot:
        answers = [
            read(await bot.ask(cast.MEMBER, cast.GENERAL, text)).replace(name, "X")
            for name in ("jewels", "nothing", "crown-jewels", "no-such-space")
            for text in (f"scope={name}", f"space={name}")
        ]
    assert answers[0] == answers[2]
    assert answers[1] == answers[3] == answers[5] == answers[7]
    assert "crown-jewels" not in "".join(answers[:4])


async def test_access_is_asked_for_again_at_each_click(slack: SlackCloud) -> None:
    async with running(slack, Setup(policy=Policy(Rule(users=frozenset({UserId(cast.MEMBER)}))))) as bot:
        page = await bot.ask(cast.MEMBER, cast.GENERAL, QUESTION)
    async with running(slack, Setup()) as stricter:
        await stricter.person(cast.MEMBER).click(page, "audit.page.older")
        await stricter.until(lambda: len(stricter.seen(cast.GENERAL, cast.MEMBER)) > 1)
        assert stricter.log.readings == 0
        kept, refusal = stricter.seen(cast.GENERAL, cast.MEMBER)
    assert numbers(kept) == numbers(page)
    assert "Ask an owner or admin" in read(refusal)


async def test_a_button_of_another_version_is_answered_with_words(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    for block in page.blocks:
        for element in block.get("elements", ()):
            if element.get("type") == "button":
                element["value"] = '{"v":99}'
                element["action_id"] = f"audit.of.the.future.{element['action_id']}"
    await bot.person(cast.OWNER).click(page, "audit.of.the.future.audit.page.older")
    await bot.until(lambda: len(bot.seen(cast.GENERAL, cast.OWNER)) > 1)
    assert "another version of the bot" in read(bot.seen(cast.GENERAL, cast.OWNER)[-1])


async def test_a_failure_never_looks_like_an_empty_log_and_can_be_tried_again(bot: Bot) -> None:
    bot.log.fails = {0: Unavailable("Mondoo answered 503.")}
    answer = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    assert "Could not read the audit log of mondoo-organization-1: Mondoo answered 503." in read(answer)
    assert "No events" not in read(answer)
    bot.log.fails = {}
    answer = await bot.click(cast.OWNER, answer, "Try again")
    assert numbers(answer) == list(range(1, 11))


async def test_reading_that_stops_half_way_shows_what_it_found_and_says_so(bot: Bot) -> None:
    bot.log.size = 105
    bot.log.fails = {1: Unavailable("Mondoo answered 503.")}
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    for _ in range(9):
        page = await bot.click(cast.OWNER, page, "Older")
    assert "These are not all events: Mondoo answered 503." in read(page)
    assert numbers(page) == list(range(91, 101))


async def test_a_defect_gives_a_reference_that_is_in_the_log(bot: Bot) -> None:
    bot.log.breaks = ZeroDivisionError("secret data of the log")
    with capture_logs() as logs:
        answer = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
        await bot.in_flight.settled()
    (logged,) = [line for line in logs if line["event"] == "unexpected error"]
    assert f"reference {logged['reference']}" in read(answer)
    assert "secret data" not in read(answer)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Fault("users.info", FaultKind.STATUS, times=None, status=503), "Slack answered 503."),
        (
            Fault("users.info", FaultKind.ERROR, times=None, error="invalid_auth"),
            "Slack does not accept the bot's token",
        ),
        (Fault("users.info", FaultKind.RATE_LIMITED, times=None, seconds=60), "Slack asked for fewer requests."),
        (Fault("conversations.info", FaultKind.RESET, times=None), "Slack could not be reached."),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Fault) else "",
)
async def test_nobody_is_let_in_while_slack_does_not_say_who_they_are(bot: Bot, fault: Fault, sentence: str) -> None:
    bot.slack.faults.add(fault)
    answer = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    assert sentence in read(answer)
    assert bot.log.readings == 0


async def test_an_answer_is_delivered_through_passing_trouble(bot: Bot) -> None:
    for kind in (FaultKind.STATUS, FaultKind.RATE_LIMITED):
        bot.slack.faults.add(Fault("response_url", kind, seconds=1))
    answer = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    assert numbers(answer) == list(range(1, 11))


async def test_an_answer_whose_receipt_was_lost_is_shown_once(bot: Bot) -> None:
    bot.slack.faults.add(Fault("response_url", FaultKind.RESET, is_accepted=True))
    await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    await bot.in_flight.settled()
    (answer,) = bot.seen(cast.GENERAL, cast.OWNER)
    assert numbers(answer) == list(range(1, 11))


async def test_where_slack_refuses_the_form_the_words_arrive(bot: Bot) -> None:
    bot.slack.settings.refused_blocks.append("rich_text")
    answer = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    assert "event number 1" in read(answer)
    assert {block["type"] for block in answer.blocks} == {"section"}


async def test_hostile_data_stays_data_all_the_way(bot: Bot) -> None:
    bot.log.make = lambda event: replace(
        event,
        actor_name="<!channel>\u202e",
        message="<https://evil.example|Log in> *now* @here " + "x" * 50_000,
        resource="<@U0OLIVIAOWN>" * 1000,
    )
    answer = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    assert {piece.activity for piece in active_content(answer.blocks, answer.text)} == {Activity.DATE}


async def test_one_line_a_request_tells_who_asked_for_what_and_no_event(bot: Bot) -> None:
    with capture_logs() as logs:
        page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
        await bot.click(cast.OWNER, page, "Older")
        await bot.ask(cast.MEMBER, cast.GENERAL, QUESTION)
        await bot.ask(cast.OWNER, cast.GENERAL, "orgg=1")
        await bot.in_flight.settled()
    lines = [line for line in logs if line["event"] == "request"]
    assert [(line["verb"], line["user"], line["outcome"], line["delivered"]) for line in lines] == [
        ("search", cast.OWNER, "answered", True),
        ("page", cast.OWNER, "answered", True),
        ("search", cast.MEMBER, "denied", True),
        ("command", cast.OWNER, "mistake", True),
    ]
    assert all(line["scope"] == str(PROD) for line in lines[:3])
    assert "event number" not in str(logs)
    assert "http" not in str(logs)


async def test_what_nothing_here_is_for_is_logged_without_its_content(bot: Bot) -> None:
    with capture_logs() as logs:
        unheard_of = AsyncBoltRequest(mode="socket_mode", body={"type": "event_callback", "event": {"text": "secret"}})
        response = await bot.app.async_dispatch(unheard_of)
    assert response.status == 404
    (line,) = logs
    assert line["event"] == "Slack sent something that nothing here is for"
    assert "secret" not in str(logs)


async def test_a_payload_that_lacks_what_a_click_has_is_logged_as_a_defect(bot: Bot) -> None:
    click = {"type": "block_actions", "user": "U1", "actions": [{"type": "button", "action_id": "x", "value": "y"}]}
    with capture_logs() as logs:
        await bot.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=click))
    assert logs[0]["event"] == "a listener failed"
