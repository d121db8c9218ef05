"""What an operator is told of a clockwork that fails: while it does, and no longer."""

from __future__ import annotations

import structlog

from bot.domain.errors import StoreError
from bot.domain.scopes import Scope, ScopeKind
from bot.entrypoints.troubles import Troubles

ACME = Scope(ScopeKind.ORGANIZATION, "acme")


async def fail(error: Exception) -> None:
    raise error


async def succeed() -> None:
    pass


async def test_a_failure_is_told_until_the_work_succeeds_and_logged_when_it_begins_and_ends() -> None:
    troubles = Troubles()
    with structlog.testing.capture_logs() as logged:
        for _ in range(3):
            await troubles.guard("digest", fail(StoreError("The database is away.")))
        assert troubles.sentences == ["The database is away."]
        await troubles.guard("digest", succeed())
    assert troubles.sentences == []
    assert [(each["event"], each["work"]) for each in logged] == [
        ("a tick failed", "digest"),
        ("a tick works again", "digest"),
    ]


async def test_a_defect_is_told_by_the_name_of_the_work() -> None:
    troubles = Troubles()
    with structlog.testing.capture_logs() as logged:
        for _ in range(2):
            await troubles.guard(ACME, fail(ValueError("a defect")))
    assert troubles.sentences == [f"A part of the bot fails, see its log: read {ACME}."]
    assert len(logged) == 1


async def test_a_scope_that_nobody_wants_to_be_read_is_no_trouble_any_more() -> None:
    troubles = Troubles()
    with structlog.testing.capture_logs():
        await troubles.guard(ACME, fail(StoreError("The database is away.")))
        await troubles.guard("prune", fail(StoreError("The database is away.")))
    assert troubles.scopes == [ACME]
    troubles.forget(ACME)
    troubles.forget(ACME)
    assert (troubles.scopes, troubles.sentences) == ([], ["The database is away."])
