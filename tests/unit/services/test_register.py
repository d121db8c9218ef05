"""Who may know who used the bot for what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.access import ChannelId, Policy, Rule, UserId
from bot.domain.scopes import ScopeCatalog
from bot.domain.uses import Surface, Use
from bot.services.authorize import Gate
from bot.services.register import Register
from tests.contract.memory import MemoryStore

from .fakes import NOON, FakeClock
from .test_authorize import GUEST, LAB, MEMBER, ONCALL, OPEN, OWNER, PROD, SHARED, UNHEARD_OF, FakeDirectory

OF_LAB = Use(MEMBER, "search", Surface.COMMAND, str(LAB), OPEN, NOON, 3, "answered")
OF_PROD = replace(OF_LAB, user=OWNER, scope=str(PROD))
OF_NONE = replace(OF_LAB, verb="help", scope="", channel=ChannelId(""), shown=0)
OF_ANOTHER = replace(OF_LAB, scope=str(UNHEARD_OF))
LAB_ALONE = Policy(Rule(), {LAB: Rule(groups=frozenset({ONCALL}), managers=frozenset({MEMBER}))})
"""The owner manages all, and the member only what is told of the lab."""


async def register(catalog: ScopeCatalog, policy: Policy = LAB_ALONE) -> Register:
    """A register of four uses, the last of which is the one of no scope."""
    store = MemoryStore(FakeClock())
    for use in (OF_LAB, OF_PROD, OF_ANOTHER, OF_NONE):
        await store.uses.record(use)
    gate = Gate(policy, FakeDirectory({ONCALL: frozenset({MEMBER})}), catalog)
    return Register(uses=store.uses, gate=gate, catalog=catalog)


async def test_who_manages_all_knows_of_every_use_the_latest_first() -> None:
    whole = await register(ScopeCatalog((PROD, LAB)))
    assert await whole.last(OWNER, OPEN, 10) == [OF_NONE, OF_ANOTHER, OF_PROD, OF_LAB]
    assert await whole.last(OWNER, OPEN, 2) == [OF_NONE, OF_ANOTHER]


async def test_who_manages_one_scope_knows_of_its_uses_and_of_those_of_none() -> None:
    assert await (await register(ScopeCatalog((PROD, LAB)))).last(MEMBER, OPEN, 10) == [OF_NONE, OF_LAB]


async def test_uses_of_what_cannot_be_asked_for_any_more_are_known_to_nobody() -> None:
    closed = await register(ScopeCatalog((PROD, LAB), open=False))
    assert await closed.last(OWNER, OPEN, 10) == [OF_NONE, OF_PROD, OF_LAB]


@pytest.mark.parametrize(("user", "channel"), [(GUEST, OPEN), (OWNER, SHARED)])
async def test_who_manages_nothing_there_knows_of_no_use_at_all(user: UserId, channel: ChannelId) -> None:
    whole = await register(ScopeCatalog((PROD, LAB)))
    assert await whole.last(user, channel, 10) is None


async def test_to_see_a_log_is_not_enough() -> None:
    seeing = Policy(Rule(), {LAB: Rule(groups=frozenset({ONCALL}))})
    assert await (await register(ScopeCatalog((PROD, LAB)), seeing)).last(MEMBER, OPEN, 10) is None
