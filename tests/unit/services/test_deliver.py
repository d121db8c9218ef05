from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.access import Policy, Rule
from bot.domain.deliveries import (
    Deferred,
    Found,
    Locked,
    MessageTs,
    Outcome,
    Refused,
    Uncertain,
    Unreachable,
    Unreadable,
)
from bot.domain.errors import BadCredentials, Unavailable
from bot.domain.settlements import MOST_LABELLED, Timing
from bot.domain.subscriptions import Standing

from .bench import CHANNEL, OWNER, Bench
from .fakes import NOON, event

TIMING = Timing()
MINUTE = timedelta(minutes=1)
REFUSED_IN_EVERY_FORM: list[Outcome] = [Refused("invalid_blocks")] * 2


async def with_digest(events: int = 1, *, policy: Policy | None = None) -> Bench:
    """A bench with one digest in its outbox."""
    bench = Bench(policy=policy)
    await bench.subscribe()
    bench.events += [event(NOON + timedelta(minutes=number), f"event {number}") for number in range(1, events + 1)]
    bench.clock.advance(timedelta(minutes=15))
    await bench.collect()
    await bench.digester.tick()
    return bench


async def later(bench: Bench, by: timedelta) -> None:
    bench.clock.advance(by)
    await bench.deliver()


async def test_the_details_follow_in_the_thread_of_the_first_part() -> None:
    bench = await with_digest(9)
    await bench.deliver()
    assert [(each.ordinal, each.thread) for each in bench.slack.posted] == [(0, None), (1, "1.0"), (2, "1.0")]
    assert await bench.store.outbox.waiting() == []


async def test_what_may_have_been_posted_is_looked_up_and_found() -> None:
    bench = await with_digest()
    bench.slack.outcomes = [Uncertain("no answer in time")]
    bench.slack.looks = [Found(MessageTs("1.0"))]
    await bench.deliver()
    assert bench.slack.searched == []
    await later(bench, TIMING.before_look)
    await later(bench, timedelta(hours=1))
    assert len(bench.slack.posted) == 1
    assert len(bench.slack.searched) == 1


async def test_what_history_does_not_show_twice_is_posted_again_without_a_label() -> None:
    bench = await with_digest()
    bench.slack.outcomes = [Uncertain("no answer in time")]
    await bench.deliver()
    await later(bench, TIMING.before_look)
    assert len(bench.slack.posted) == 1
    await later(bench, TIMING.between_looks)
    assert [each.labelled for each in bench.slack.posted] == [False, False]


async def test_where_history_cannot_be_read_a_repeat_says_that_it_may_be_one() -> None:
    bench = await with_digest()
    bench.slack.outcomes = [Uncertain("no answer in time")]
    bench.slack.looks = [Unreadable("missing_scope")]
    await bench.deliver()
    await later(bench, TIMING.before_look)
    assert [each.labelled for each in bench.slack.posted] == [False, True]


async def test_what_a_dead_process_was_sending_is_looked_up() -> None:
    bench = await with_digest()
    assert await bench.store.outbox.claim(TIMING.lease)
    await later(bench, TIMING.lease - timedelta(seconds=1))
    assert bench.slack.posted == bench.slack.searched == []
    await later(bench, timedelta(seconds=1))
    await later(bench, TIMING.before_look)
    assert bench.slack.posted == []
    assert len(bench.slack.searched) == 1


async def test_a_wait_that_slack_asks_for_is_honoured() -> None:
    bench = await with_digest()
    bench.slack.outcomes = [Deferred(timedelta(seconds=30), "ratelimited", whole_channel=True)]
    await bench.deliver()
    await later(bench, timedelta(seconds=29))
    assert len(bench.slack.posted) == 1
    await later(bench, timedelta(seconds=1))
    assert len(bench.slack.posted) == 2


async def test_a_form_that_slack_refuses_is_followed_by_a_plainer_one() -> None:
    bench = await with_digest()
    bench.slack.outcomes = [Refused("invalid_blocks")]
    await bench.deliver()
    assert [each.form for each in bench.slack.posted] == [0, 1]


@pytest.mark.parametrize("outcomes", [REFUSED_IN_EVERY_FORM, [Unreachable("channel_not_found")]], ids=str)
async def test_a_destination_that_is_gone_stops_the_subscription_and_resuming_delivers_what_waited(
    outcomes: list[Outcome],
) -> None:
    bench = await with_digest()
    bench.slack.outcomes = list(outcomes)
    await bench.deliver()
    subscription = await bench.subscription()
    assert subscription.standing is Standing.STOPPED
    assert subscription.reason in {"invalid_blocks", "channel_not_found"}
    await bench.round()
    await bench.round()
    assert bench.shown()[len(outcomes) :] == [f"to {OWNER}"]
    await bench.store.subscriptions.set_standing(subscription.id, Standing.ACTIVE, "")
    await bench.deliver()
    assert bench.shown()[len(outcomes) :] == [f"to {OWNER}", "event 1"]


async def test_a_channel_that_is_shared_with_strangers_is_not_posted_to() -> None:
    bench = await with_digest()
    bench.slack.shared = {CHANNEL}
    await bench.deliver()
    assert bench.slack.posted == []
    assert (await bench.subscription()).standing is Standing.STOPPED


async def test_a_shared_channel_that_the_settings_list_is_posted_to() -> None:
    bench = await with_digest(policy=Policy(Rule(channels=frozenset({CHANNEL}))))
    bench.slack.shared = {CHANNEL}
    await bench.deliver()
    assert bench.shown() == ["event 1"]


async def test_a_channel_of_which_slack_says_nothing_is_asked_about_again() -> None:
    bench = await with_digest()
    bench.slack.silent = Unavailable("Slack does not answer.")
    await bench.deliver()
    bench.slack.silent = None
    await later(bench, timedelta(seconds=14))
    assert bench.slack.posted == []
    await later(bench, timedelta(seconds=1))
    assert bench.shown() == ["event 1"]


async def test_with_bad_credentials_posting_stops_and_collecting_goes_on() -> None:
    bench = await with_digest()
    bench.slack.outcomes = [Locked("token_revoked")]
    await bench.deliver()
    assert bench.deliverer.locked == "token_revoked"
    bench.events.append(event(NOON + 16 * MINUTE, "meanwhile"))
    bench.clock.advance(MINUTE - timedelta(seconds=1))
    await bench.collect()
    await bench.deliver()
    assert len(bench.slack.posted) == 1
    assert await bench.known() == ["event 1", "meanwhile"]
    await later(bench, timedelta(seconds=1))
    assert len(bench.slack.posted) == 2
    assert bench.deliverer.locked == ""


async def test_bad_credentials_are_noticed_by_a_look_as_well() -> None:
    bench = await with_digest()
    bench.slack.outcomes = [Uncertain("no answer in time")]
    bench.slack.looks = [Locked("token_revoked"), Found(MessageTs("1.0"))]
    await bench.deliver()
    await later(bench, TIMING.before_look)
    assert bench.deliverer.locked == "token_revoked"
    await later(bench, TIMING.while_locked)
    assert bench.deliverer.locked == ""
    assert len(bench.slack.posted) == 1


@pytest.mark.parametrize("by", [TIMING.lease / 2, -MINUTE], ids=["stopped", "clock set back"])
async def test_a_process_that_was_held_up_before_it_sent_posts_nothing_then(by: timedelta) -> None:
    bench = await with_digest()
    bench.slack.before_place = lambda: bench.clock.advance(by)
    handled = await bench.deliverer.deliver()
    assert handled is not None
    assert handled.settlement.reason == "held up before it was sent"
    assert bench.slack.posted == []
    bench.slack.before_place = lambda: None
    await later(bench, timedelta(0))
    assert bench.shown() == ["event 1"]


async def test_a_place_that_slack_does_not_show_is_not_posted_to_unless_the_settings_list_it() -> None:
    bench = await with_digest()
    bench.slack.unseen = "Slack does not say who reads there."
    await bench.deliver()
    assert bench.slack.posted == []
    assert (await bench.subscription()).reason == "Slack does not say who reads there."
    listed = await with_digest(policy=Policy(Rule(channels=frozenset({CHANNEL}))))
    listed.slack.unseen = "Slack does not say who reads there."
    await listed.deliver()
    assert len(listed.slack.posted) == 1


async def test_a_token_that_is_refused_for_the_question_about_the_channel_stops_posting_too() -> None:
    bench = await with_digest()
    bench.slack.silent = BadCredentials("Slack does not accept the bot's token (token_revoked).")
    await bench.deliver()
    assert "token_revoked" in bench.deliverer.locked
    bench.slack.silent = None
    await later(bench, TIMING.while_locked - timedelta(seconds=1))
    assert bench.slack.posted == []
    await later(bench, timedelta(seconds=1))
    assert len(bench.slack.posted) == 1
    assert bench.deliverer.locked == ""


async def test_what_tells_nothing_of_the_token_does_not_unlock_it() -> None:
    bench = await with_digest()
    bench.slack.outcomes = [Locked("token_revoked")]
    await bench.deliver()
    bench.slack.silent = Unavailable("Slack answered 503.")
    await later(bench, TIMING.while_locked)
    assert bench.deliverer.locked == "token_revoked"


async def test_a_part_that_can_never_be_looked_up_is_not_repeated_without_end() -> None:
    bench = await with_digest()
    bench.slack.outcomes = [Uncertain("500")] * 50
    bench.slack.looks = [Unreadable("missing_scope")] * 50
    for _ in range(500):
        await later(bench, timedelta(minutes=1))
    assert len(bench.slack.posted) == MOST_LABELLED + 1
    assert [each.labelled for each in bench.slack.posted] == [False] + [True] * MOST_LABELLED
    assert (await bench.subscription()).standing is Standing.STOPPED
