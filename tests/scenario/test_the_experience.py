"""What people do in Slack beside typing questions, with the real bot process behind both transports.

One bot a transport serves all of these, so a flow makes what it needs and undoes what it makes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest
import pytest_asyncio

from bot.adapters.slack import ids
from bot.sandbox.server import serve
from bot.sandbox.slack import cast
from bot.sandbox.slack.ids import ChannelId
from bot.sandbox.slack.inputs import Inputs
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.outcome import Outcome
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.settings import Transport
from bot.sandbox.slack.views import View
from tests.forks import Forks

from .conftest import environment
from .stage import PATIENCE, BotProcess, Stage, buttons, words

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

CHANNEL = cast.SECURITY_AUDIT
SETTINGS = """
[[scopes]]
org = "mondoo-organization-1"
alias = "prod"
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=list(Transport), ids=str)
async def stage(
    request: pytest.FixtureRequest, forks: Forks, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """The bot of all these flows."""
    transport: Transport = request.param
    folder = tmp_path_factory.mktemp("bot")
    (folder / "config.toml").write_text(SETTINGS, encoding="utf-8")
    async with serve(port=0, page=False) as sandbox:
        sandbox.slack.settings.transport = transport
        settings = {**environment(sandbox, transport), "CONFIG_FILE": str(folder / "config.toml")}
        bot = await BotProcess.start(forks, settings, folder)
        try:
            sandbox.slack.settings.request_url = f"{bot.base_url}/slack/events"
            yield Stage(sandbox, bot)
        finally:
            await bot.stop()


async def test_a_form_is_filled_in_and_its_filters_are_changed_in_place(stage: Stage) -> None:
    before = len(stage.seen())
    assert (await stage.type("/mondoo-audit")).ok
    assert (await submit(stage, await form(stage, ids.SEARCH_WINDOW), {"search.span": "all"})).ok
    answer = await stage.until(lambda: newest(stage, before))
    assert "1–10 of 36" in words(answer)
    assert answer.ephemeral_for == cast.OWNER
    await press(stage, answer, "Change filters")
    window = await form(stage, ids.SEARCH_WINDOW)
    assert (await submit(stage, window, {"search.actor": "nobody of that name"})).ok
    narrowed = await stage.until(lambda: changed(stage, answer))
    assert "No events match in this window." in words(narrowed)


async def test_the_shortcut_asks_and_the_bots_own_messages_answer(stage: Stage) -> None:
    direct = stage.sandbox.slack.workspace.open_direct_channel(cast.OWNER).id
    before = len(stage.seen(channel=direct))
    assert (await person(stage).shortcut(ids.SEARCH)).ok
    assert (await submit(stage, await form(stage, ids.SEARCH_WINDOW), {"search.span": "all"})).ok
    assert "36" in words(await stage.until(lambda: newest(stage, before, direct)))
    await closed(stage)


async def test_a_page_is_shared_with_the_channel_under_the_name_of_who_shared_it(stage: Stage) -> None:
    answer = await stage.ask("/mondoo-audit org=prod since=2024-01-01")
    before = len(public(stage))
    await press(stage, answer, "Share…")
    shared = await stage.until(lambda: public(stage)[before] if len(public(stage)) > before else None)
    assert "Shared by" in words(shared)
    assert str(cast.OWNER) in str(shared.blocks)


async def test_everything_is_exported_into_a_file(stage: Stage) -> None:
    answer = await stage.ask("/mondoo-audit org=prod")
    await press(stage, answer, "Export…")
    window = await form(stage, ids.EXPORT_WINDOW)
    assert (await submit(stage, window, {"form": "ndjson", "place": "mine"})).ok
    files = stage.sandbox.slack.workspace.files
    await happens(stage, lambda: any(each.is_complete for each in files.values()))
    (file,) = files.values()
    assert (file.content or b"").count(b"\n") == 36
    await closed(stage)


async def test_an_events_menu_leads_to_what_happened_around_it_and_on_from_there(stage: Stage) -> None:
    answer = await stage.ask("/mondoo-audit org=prod since=2024-01-01")
    before = len(stage.seen())
    await choose(stage, answer, "lens")
    line = await stage.until(lambda: newest(stage, before))
    assert "30 min before and after" in words(line)
    assert "2 h before and after" in words(await stage.click(line, "±2 h"))
    await choose(stage, line, "details")
    await happens(stage, lambda: "As Mondoo sent it" in in_front(stage))
    await closed(stage)


async def test_events_are_muted_from_a_menu_and_told_again_by_command(stage: Stage) -> None:
    answer = await stage.ask("/mondoo-audit org=prod since=2024-01-01")
    await choose(stage, answer, "mute")
    assert (await submit(stage, await form(stage, ids.MUTE_WINDOW), {"mute.reason": "a rehearsal"})).ok
    await happens(stage, lambda: "Rule 1 mutes events" in in_front(stage))
    assert "a rehearsal" in words(await stage.ask("/mondoo-audit mutes"))
    assert "Rule 1 is lifted" in words(await stage.ask("/mondoo-audit unmute 1"))
    await closed(stage)


async def test_a_subscription_is_made_changed_and_ended_in_the_app_home(stage: Stage) -> None:
    assert (await person(stage).open_home()).ok
    await happens(stage, lambda: "No digest or alert goes anywhere yet" in home(stage))
    assert "prod" in home(stage)
    await at_home(stage, ids.HOME_SUBSCRIBE)
    window = await form(stage, ids.SUBSCRIPTION_WINDOW)
    assert (await submit(stage, window, {"channel": CHANNEL, "when": "09:00 UTC"})).ok
    await happens(stage, lambda: "at 09:00 every day" in home(stage))
    ends = {ids.HOME_PAUSE: "Paused", ids.HOME_RESUME: "next", ids.HOME_UNSUBSCRIBE: "goes anywhere yet"}
    for action, told in ends.items():
        await at_home(stage, action)
        await happens(stage, partial(is_told_at_home, stage, told))


def is_told_at_home(stage: Stage, told: str) -> bool:
    return told in home(stage)


def person(stage: Stage) -> Person:
    return stage.sandbox.slack.person(cast.OWNER)


def front(stage: Stage) -> View:
    """The window in front of the person."""
    return stage.sandbox.slack.workspace.views.stack(cast.OWNER)[-1]


def in_front(stage: Stage) -> str:
    """What that window says; nothing where there is none."""
    stack = stage.sandbox.slack.workspace.views.stack(cast.OWNER)
    return words(list(stack[-1].blocks)) if stack else ""


async def form(stage: Stage, callback: str) -> View:
    """The window with that name, once it has its fields."""
    views = stage.sandbox.slack.workspace.views
    await happens(stage, lambda: any(each.callback_id == callback for each in views.stack(cast.OWNER)))
    return front(stage)


async def submit(stage: Stage, window: View, filled: dict[str, str]) -> Outcome:
    values: Inputs = {name: {name: value} for name, value in filled.items()}
    outcome = await person(stage).submit(window, values)
    assert not outcome.input_errors, outcome
    return outcome


async def closed(stage: Stage) -> None:
    """Close whatever window is open."""
    if stage.sandbox.slack.workspace.views.stack(cast.OWNER):
        await person(stage).close(front(stage), clear=True)


async def press(stage: Stage, message: Message, label: str) -> None:
    action = next(each["action_id"] for each in buttons(message) if each["text"]["text"] == label)
    assert (await person(stage).click(message, action)).ok


async def choose(stage: Stage, message: Message, option: str) -> None:
    """Pick from the menu beside the first event."""
    block = next(each["block_id"] for each in message.blocks if each.get("accessory", {}).get("type") == "overflow")
    assert (await person(stage).click(message, ids.EVENT_MENU, option, block_id=block)).ok


async def at_home(stage: Stage, action: str) -> None:
    view = stage.sandbox.slack.workspace.views.home(cast.OWNER)
    assert view is not None
    assert (await person(stage).click(view, action)).ok


def home(stage: Stage) -> str:
    view = stage.sandbox.slack.workspace.views.home(cast.OWNER)
    return "" if view is None else words(list(view.blocks))


def newest(stage: Stage, before: int, channel: ChannelId = CHANNEL) -> Message | None:
    """The newest message, where there are more than before and it is an answer."""
    new = [each for each in stage.seen(channel=channel)[before:] if each.blocks]
    return new[-1] if new and "eading the audit log" not in new[-1].text else None


def changed(stage: Stage, old: Message) -> Message | None:
    return next((each for each in stage.seen() if each.ts == old.ts and each.blocks != old.blocks), None)


def public(stage: Stage) -> list[Message]:
    return [each for each in stage.seen(cast.ADMIN) if each.bot_id and each.ephemeral_for is None]


async def happens(stage: Stage, condition: Callable[[], bool]) -> None:
    """Wait until a condition on the workspace holds."""
    assert await stage.sandbox.slack.workspace.changes.until(condition, PATIENCE), "".join(stage.bot.log[-20:])
