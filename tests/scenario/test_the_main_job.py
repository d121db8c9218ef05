"""Somebody on call types the command, and sees who changed what."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from datetime import timedelta

import pytest

from bot.adapters.slack.views.notices import READING
from bot.sandbox.mondoo import Fault
from bot.sandbox.mondoo.effects import Hang, Status
from bot.sandbox.slack import cast
from bot.sandbox.slack.blocks.active import Activity, active_content
from bot.sandbox.slack.ledger import EntryKind
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.settings import Transport

from .conftest import StartStage
from .stage import PATIENCE, Stage, labels, words

pytestmark = pytest.mark.scenario

DOCUMENTED = "mondoo-organization-1"
LARGE = "acme-platform"
COVERAGE = re.compile(r"([0-9,]+)–([0-9,]+) of (?:at least )?([0-9,]*[0-9?])")


async def test_the_documented_organization_is_answered_over_both_transports(
    start: StartStage, transport: Transport
) -> None:
    stage = await start(transport)
    answer = await stage.ask(f"/mondoo-audit org={DOCUMENTED} since=2024-01-01")
    text = words(answer)
    assert "Jane Doe" in text
    assert "mondoo.agents.AgentManager.CreateServiceAccount" in text
    assert "John Smith" in text
    assert answer.ephemeral_for == cast.OWNER
    assert "2024" in text


async def test_every_event_is_shown_once_from_the_first_page_to_the_last_and_back(stage: Stage) -> None:
    held = Counter(event.action for event in stage.sandbox.mondoo.log(mrn(DOCUMENTED)))
    message = await stage.ask(f"/mondoo-audit org={DOCUMENTED}")
    assert span(message) == ("1", "10", "36")
    assert "all read" in words(message)
    pages = [message]
    while "Older" in labels(pages[-1]):
        pages.append(await stage.click(pages[-1], "Older"))
    assert [span(page)[:2] for page in pages] == [("1", "10"), ("11", "20"), ("21", "30"), ("31", "36")]
    assert Counter(action for page in pages for action in actions(page)) == held
    back = await stage.click(pages[-1], "Newer")
    assert words(back) == words(pages[-2])


@pytest.mark.parametrize("replaces", [True, False], ids=["in-place", "below"])
async def test_an_answer_is_whole_whether_it_takes_the_place_of_the_acknowledgement_or_stands_below_it(
    stage: Stage, *, replaces: bool
) -> None:
    stage.sandbox.slack.settings.commands_replace = replaces
    message = await stage.ask(f"/mondoo-audit org={DOCUMENTED}")
    spans = [span(message)]
    while "Older" in labels(message):
        message = await stage.click(message, "Older")
        spans.append(span(message))
    assert spans == [("1", "10", "36"), ("11", "20", "36"), ("21", "30", "36"), ("31", "36", "36")]
    shown = [each.text for each in stage.seen() if each.bot_id and each.ephemeral_for]
    assert shown == ([] if replaces else [READING]) + [message.text]


async def test_pages_show_the_same_log_while_it_grows(stage: Stage) -> None:
    first = await stage.ask(f"/mondoo-audit org={LARGE} since=30d")
    stage.sandbox.mondoo.happen(mrn(LARGE), 25)
    second = await stage.click(first, "Older")
    third = await stage.click(second, "Newer")
    assert words(third) == words(first)


async def test_a_click_still_works_after_a_restart(start: StartStage) -> None:
    stage = await start()
    first = await stage.ask(f"/mondoo-audit org={LARGE} since=30d")
    await stage.bot.stop()
    stage.sandbox.mondoo.happen(mrn(LARGE), 5)
    restarted = await start()
    second = await restarted.click(first, "Older")
    assert span(second)[0] == "11"
    back = await restarted.click(second, "Newer")
    assert actions(back) == actions(first)


SLIPS = [
    ("orgg=acme-platform", "orgg", "/mondoo-audit org=acme-platform"),
    ("org=acme-platform since=2024-13-45", "2024-13-45", "/mondoo-audit org=acme-platform since="),
    ("org=acme-platform since=2024-05-02 until=2024-05-01", "before", "since=2024-05-01 until=2024-05-02"),
    ("org=acme/platform", "acme/platform", "/mondoo-audit org="),
    ("since=7d", "org=", "/mondoo-audit "),
]


async def test_a_slip_is_answered_with_one_sentence_and_the_corrected_command(stage: Stage) -> None:
    for typed, told, corrected in SLIPS:
        answer = words(await stage.ask(f"/mondoo-audit {typed}"))
        assert told in answer
        assert corrected in answer
    assert not stage.sandbox.mondoo.ledger.received


async def test_a_dead_api_never_looks_like_an_empty_log(start: StartStage) -> None:
    stage = await start(MONDOO_PATIENCE="1s")
    stage.sandbox.mondoo.inject(Fault(Status(503), times=None))
    answer = words(await stage.ask(f"/mondoo-audit org={DOCUMENTED}"))
    assert "Mondoo answered 503" in answer
    assert "no events" not in answer.casefold()
    stage.sandbox.mondoo.faults.clear()
    assert "1–10 of 36" in words(await stage.ask(f"/mondoo-audit org={DOCUMENTED}"))


async def test_a_read_that_stops_half_way_shows_what_it_has_and_says_where_it_stopped(start: StartStage) -> None:
    stage = await start(MONDOO_PATIENCE="1s", MONDOO_PAGE_SIZE="10")
    stage.sandbox.mondoo.inject(Fault(Status(503), times=None, page=3))
    first = await stage.ask(f"/mondoo-audit org={DOCUMENTED}")
    assert span(first)[:2] == ("1", "10")
    second = await stage.click(first, "Older")
    third = await stage.click(second, "Older")
    assert span(third)[:2] == ("21", "28")
    assert "stopped after" in words(third)
    assert "503" in words(third)


async def test_the_command_is_acknowledged_at_once_while_mondoo_hangs(start: StartStage, transport: Transport) -> None:
    stage = await start(transport)
    stage.sandbox.mondoo.inject(Fault(Hang(), times=None))
    outcome = await stage.type(f"/mondoo-audit org={DOCUMENTED}")
    assert outcome.ok
    assert outcome.took is not None
    assert outcome.took < timedelta(seconds=1)
    assert "eading" in stage.seen()[-1].text


async def test_on_sigterm_the_person_is_told_and_the_bot_ends_cleanly(start: StartStage, transport: Transport) -> None:
    stage = await start(transport)
    stage.sandbox.mondoo.inject(Fault(Hang(), times=None))
    await stage.type(f"/mondoo-audit org={DOCUMENTED}")
    async with asyncio.timeout(PATIENCE.total_seconds()):
        while not stage.sandbox.mondoo.ledger.received:  # noqa: ASYNC110 — the sandbox tells of answers, not of questions
            await asyncio.sleep(0.01)
    assert await stage.bot.stop() == 0
    assert "restart" in (words(stage.seen()[-1]) or stage.seen()[-1].text)


async def test_hostile_data_stays_inert(stage: Stage) -> None:
    for scope in (LARGE, "acme-production"):
        kind = "org" if scope == LARGE else "space"
        message = await stage.ask(f"/mondoo-audit {kind}={scope}")
        for _ in range(5):
            active = active_content(list(message.blocks), message.text)
            assert {found.activity for found in active} <= {Activity.DATE}
            if "Older" not in labels(message):
                break
            message = await stage.click(message, "Older")


async def test_the_log_holds_no_secret_and_no_data(stage: Stage) -> None:
    await stage.ask(f"/mondoo-audit org={DOCUMENTED} text=owner")
    await stage.bot.stop()
    log = "".join(stage.bot.log)
    for secret in stage.sandbox.environment.values():
        assert secret.startswith("http") or secret not in log
    assert "Jane Doe" not in log
    assert "/commands/" not in log


async def test_the_bot_survives_a_socket_that_is_taken_away(stage: Stage) -> None:
    ledger = stage.sandbox.slack.workspace.ledger
    await stage.sandbox.slack.socket.disconnect("refresh_requested")
    assert await ledger.until(lambda: len(ledger.entries(EntryKind.CONNECTION, event="opened")) > 1, PATIENCE)
    answer = await stage.ask(f"/mondoo-audit org={DOCUMENTED}")
    assert span(answer) == ("1", "10", "36")


async def test_a_signed_request_that_is_sent_again_runs_nothing(start: StartStage) -> None:
    stage = await start(Transport.HTTP)
    await stage.ask(f"/mondoo-audit org={DOCUMENTED}")
    asked = stage.sandbox.mondoo.ledger.received
    used = len(stage.sandbox.slack.workspace.ledger.entries(EntryKind.RESPONSE_URL))
    again = stage.sandbox.slack.http.last
    assert again is not None
    await stage.sandbox.slack.http.send(again)
    await stage.ask("/mondoo-audit help")
    assert stage.sandbox.mondoo.ledger.received == asked
    assert len(stage.sandbox.slack.workspace.ledger.entries(EntryKind.RESPONSE_URL)) == used + 1


def mrn(organization: str) -> str:
    """The MRN of an organization."""
    return f"//captain.api.mondoo.app/organizations/{organization}"


def actions(message: Message) -> list[str]:
    """The raw actions of the events that a message shows, in its order."""
    return re.findall(r"mondoo\.[\w.]+", words(message))


def span(message: Message) -> tuple[str, str, str]:
    """The figures of the coverage line: from, to, of."""
    found = COVERAGE.search(words(message))
    assert found is not None, words(message)
    return found[1], found[2], found[3]
