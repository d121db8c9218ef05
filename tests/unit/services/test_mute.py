from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.access import GroupId, Policy, Rule, UserId
from bot.domain.errors import AccessDenied, UserError
from bot.domain.mutes import MuteId, MuteTerms
from bot.domain.scopes import Scope, ScopeCatalog
from bot.domain.subscriptions import Draft, Mode, Origin, Terms
from bot.ports import Mutes
from bot.services.authorize import Gate
from bot.services.mute import MOST, Muter
from tests.contract.memory import MemoryStore

from .fakes import NOON, FakeClock
from .test_authorize import GUEST, LAB, MEMBER, ONCALL, OPEN, OWNER, PROD, SECRET, SHARED, UNHEARD_OF, FakeDirectory

TERMS = MuteTerms("rollout", actor="ci")
OF_LAB = replace(TERMS, scope=LAB)
BOTH = ScopeCatalog((PROD, LAB), open=False)
LAB_ALONE = Policy(Rule(), {LAB: Rule(groups=frozenset({ONCALL}), managers=frozenset({MEMBER}))})
"""The owner manages all, and the member only what is told of the lab."""


class Setup:
    """A muter, its store and its clock."""

    def __init__(self, policy: Policy = LAB_ALONE, catalog: ScopeCatalog = BOTH, mutes: Mutes | None = None) -> None:
        self.clock = FakeClock()
        self.store = MemoryStore(self.clock)
        self.muter = Muter(
            mutes=mutes or self.store.mutes,
            subscriptions=self.store.subscriptions,
            gate=Gate(policy, FakeDirectory({GroupId(ONCALL): frozenset({MEMBER})}), catalog),
            catalog=catalog,
            clock=self.clock,
        )

    async def numbers(self, user: UserId) -> list[int]:
        return [mute.id for mute in await self.muter.visible(user, OPEN)]

    async def subscribe(self, scope: Scope) -> None:
        terms = Terms((scope,), OPEN, Mode.ALERT, TERMS.filters)
        await self.store.subscriptions.add(Draft("key", Origin.SLACK, terms), NOON)


async def test_who_manages_a_scope_mutes_there_and_lifts_it_again() -> None:
    setup = Setup()
    made = await setup.muter.mute(MEMBER, OPEN, OF_LAB)
    assert (made.id, made.terms, made.by, made.made) == (1, OF_LAB, MEMBER, NOON)
    assert await setup.muter.visible(MEMBER, OPEN) == [made]
    assert await setup.muter.unmute(MEMBER, OPEN, made.id) == made
    assert await setup.muter.visible(MEMBER, OPEN) == []


async def test_a_rule_of_every_scope_is_for_who_manages_all() -> None:
    setup = Setup()
    with pytest.raises(AccessDenied, match="manages subscriptions to every audit log") as refusal:
        await setup.muter.mute(MEMBER, OPEN, TERMS)
    assert "name you a manager" in refusal.value.advice
    made = await setup.muter.mute(OWNER, OPEN, TERMS)
    assert await setup.numbers(MEMBER) == [made.id]
    with pytest.raises(AccessDenied, match="every audit log"):
        await setup.muter.unmute(MEMBER, OPEN, made.id)


async def test_a_scope_that_is_only_subscribed_to_counts_as_well() -> None:
    setup = Setup(Policy(Rule(), {SECRET: Rule(admins=False)}))
    await setup.muter.mute(OWNER, OPEN, TERMS)
    await setup.subscribe(SECRET)
    with pytest.raises(AccessDenied, match="every audit log"):
        await setup.muter.mute(OWNER, OPEN, replace(TERMS, actor="other"))


@pytest.mark.parametrize("catalog", [ScopeCatalog((LAB,)), ScopeCatalog(open=False)])
async def test_where_any_scope_may_come_it_takes_who_would_manage_that_too(catalog: ScopeCatalog) -> None:
    setup = Setup(Policy(Rule(admins=False), {LAB: Rule()}), catalog)
    with pytest.raises(AccessDenied):
        await setup.muter.mute(OWNER, OPEN, TERMS)
    assert (await Setup(Policy(), catalog).muter.mute(OWNER, OPEN, TERMS)).id == 1


@pytest.mark.parametrize("user", [MEMBER, GUEST])
async def test_who_manages_nothing_neither_mutes_nor_knows_what_is_muted(user: UserId) -> None:
    setup = Setup(Policy(Rule(), {LAB: Rule(groups=frozenset({ONCALL}))}))
    made = await setup.muter.mute(OWNER, OPEN, OF_LAB)
    for attempt in (
        setup.muter.mute(user, OPEN, OF_LAB),
        setup.muter.mute(user, OPEN, TERMS),
        setup.muter.visible(user, OPEN),
        setup.muter.unmute(user, OPEN, made.id),
    ):
        with pytest.raises(AccessDenied):
            await attempt


async def test_nobody_mutes_from_a_channel_shared_with_others() -> None:
    setup = Setup()
    with pytest.raises(AccessDenied, match="shared with another organization"):
        await setup.muter.mute(OWNER, SHARED, TERMS)
    with pytest.raises(AccessDenied, match="shared with another organization"):
        await setup.muter.visible(OWNER, SHARED)


async def test_a_rule_of_another_scope_is_as_if_there_were_none() -> None:
    setup = Setup()
    made = await setup.muter.mute(OWNER, OPEN, replace(TERMS, scope=PROD))
    assert await setup.numbers(MEMBER) == []
    for number in (made.id, MuteId(99)):
        with pytest.raises(UserError, match=f"no mute rule {number} that you may see") as mistake:
            await setup.muter.unmute(MEMBER, OPEN, number)
        assert mistake.value.corrected == "mutes"


async def test_a_scope_that_nobody_configured_cannot_be_muted() -> None:
    with pytest.raises(AccessDenied):
        await Setup().muter.mute(OWNER, OPEN, replace(TERMS, scope=UNHEARD_OF))


async def test_the_same_rule_is_made_once_until_it_ends() -> None:
    setup = Setup()
    terms = replace(TERMS, until=NOON + timedelta(hours=1))
    first = await setup.muter.mute(OWNER, OPEN, terms)
    assert await setup.muter.mute(OWNER, OPEN, terms) == first
    setup.clock.advance(timedelta(hours=1))
    assert await setup.numbers(OWNER) == []
    assert (await setup.muter.mute(OWNER, OPEN, terms)).id == first.id + 1


async def test_there_are_not_more_rules_than_digests_can_be_held_against() -> None:
    setup = Setup()
    for number in range(MOST):
        await setup.muter.mute(OWNER, OPEN, replace(TERMS, actor=f"ci-{number}"))
    with pytest.raises(UserError, match="lift one first"):
        await setup.muter.mute(OWNER, OPEN, TERMS)


async def test_a_rule_that_somebody_else_has_just_lifted_is_gone() -> None:
    setup = Setup()

    class HastyMutes:
        """Somebody lifts every rule just before this one does."""

        add, all, prune = setup.store.mutes.add, setup.store.mutes.all, setup.store.mutes.prune

        async def lift(self, mute: MuteId) -> bool:
            assert await setup.store.mutes.lift(mute)
            return False

    made = await setup.muter.mute(OWNER, OPEN, TERMS)
    with pytest.raises(UserError, match="no mute rule"):
        await Setup(mutes=HastyMutes()).muter.unmute(OWNER, OPEN, made.id)
