"""A bot that is killed again and again, at any moment and in any weather, loses nothing and repeats nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from .campaign import Campaign
from .databases import Database, Kind, SqliteFile, postgres_server
from .inquest import inquest
from .nursery import open_nursery
from .world import open_world

_REPLICAS = {Kind.SQLITE: 1, Kind.POSTGRESQL: 3}


@pytest.mark.chaos
async def test_a_campaign_costs_no_event_and_repeats_none(
    kind: Kind, pytestconfig: pytest.Config, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed, kills = pytestconfig.getoption("--seed") or 1, pytestconfig.getoption("--kills")
    with ExitStack() as stack:
        database: Database
        if kind is Kind.SQLITE:
            database = SqliteFile(tmp_path / "bot.db")
        else:
            database = stack.enter_context(postgres_server()).schema()
        async with open_nursery() as nursery, open_world(nursery, database, tmp_path, seed) as world:
            figures = await Campaign(world, seed, kills, _REPLICAS[kind]).run()
            causes = inquest(world, figures.verdict.complaints)
    for line in figures.lines():
        record_property("figures", line)
    replay = f"make chaos ARGS='-k campaign --database {kind} --kills {kills} --seed {seed}'"
    assert not figures.verdict.complaints, "\n".join([*figures.verdict.complaints, *causes, *figures.lines(), replay])
