"""Reading a whole log while all goes wrong that can with Mondoo: nothing missing, nothing twice, or it is said."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from bot.sandbox.mondoo import effects
from bot.sandbox.mondoo.events import Event
from bot.sandbox.mondoo.faults import Fault
from bot.sandbox.mondoo.settings import CursorKind, TieOrder
from bot.sandbox.server import Sandbox, serve

COMPLETE, FAILED, PARTIAL = 0, 1, 3
STRIKES: tuple[effects.Effect, ...] = (
    effects.Status(status=429, retry_after_s=0),
    effects.Status(status=429, retry_after_s=1, retry_after_as="date"),
    effects.Status(status=502),
    effects.Status(status=403),
    effects.Redirect(),
    effects.Reset(),
    effects.Hang(),
    effects.Cut(),
    effects.Cut(share=0.9, framing="chunked"),
    effects.Garbage(form="html"),
    effects.Garbage(form="json"),
    effects.Garbage(form="shape"),
    effects.Garbage(form="empty"),
    effects.Huge(),
    effects.Errors(),
    effects.Errors(data="absent"),
    effects.Errors(data="kept"),
    effects.NullAuditlog(),
    effects.StuckCursor(),
    effects.EmptyPage(),
    effects.ExtraFields(),
    effects.NullEdge(),
    effects.WrongTotal(by=-7),
    effects.WrongTotal(by=7),
    effects.Latency(delay_s=0.1, jitter_s=0.2),
)

Log = Counter[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the command line gave."""

    status: int
    data: str
    words: str

    @property
    def log(self) -> Log:
        rows = [json.loads(line) for line in self.data.splitlines()]
        return Counter((row["timestamp"], row["actor_mrn"], row["action"], row["resource"]) for row in rows)


def counted(events: Iterable[Event]) -> Log:
    nodes = [event.as_node() for event in events]
    return Counter((node["timestamp"], node["identity"]["mrn"], node["action"], node["resource"]) for node in nodes)


@pytest.mark.chaos
async def test_a_log_is_read_whole_or_its_gap_is_told(
    seed: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    draw = Random(seed)
    async with serve(port=0, page=False, seed=seed) as sandbox:
        mrn = max(sandbox.mondoo.regions["us"].tenants, key=lambda mrn: len(sandbox.mondoo.log(mrn)))
        spoil(sandbox, mrn, draw)
        before = counted(sandbox.mondoo.log(mrn))
        answer = await read(sandbox, mrn, draw, tmp_path)
        after = counted(sandbox.mondoo.log(mrn))
    assert answer.log <= after, "an event that is not in the log, or one twice"
    match answer.status:
        case status if status == COMPLETE:
            assert before <= answer.log, "it says that it is complete, and is not"
            record_property("outcome", "complete")
        case status if status == PARTIAL:
            assert answer.log
            assert "stopped" in answer.words
            record_property("outcome", "partial, and said so")
        case status:
            assert status == FAILED
            assert not answer.log
            assert answer.words
            record_property("outcome", "nothing read, and said so")


def spoil(sandbox: Sandbox, mrn: str, draw: Random) -> None:
    """Turns the server into one of the many that Mondoo may be, and lays faults that strike now and then."""
    ties = draw.choice(list(TieOrder))
    sandbox.mondoo.configure(
        cursors=draw.choice(list(CursorKind)),
        ties=ties,
        # Where ties are shuffled at each request, a second that fills a page cannot be told from its own repetition.
        page_limit=100 if ties is TieOrder.SHUFFLED else draw.choice([10, 25, 100]),
        unknown_names=draw.choice([[], ["ip"], ["ip", "parent"]]),
        requests_per_minute=None,
    )
    for effect in draw.sample(STRIKES, 4):
        page = draw.choice([None, 2, 3, 4])
        sandbox.mondoo.faults.lay(Fault(effect, times=draw.randint(1, 4), probability=0.3, page=page))
    then = draw.choice(sandbox.mondoo.log(mrn)).timestamp
    growth = effects.Growth(newest=draw.randint(0, 3), at=(then,) * draw.randint(0, 2))
    sandbox.mondoo.faults.lay(Fault(growth, times=5, probability=0.5))


async def read(sandbox: Sandbox, mrn: str, draw: Random, folder: Path) -> Answer:
    """Asks for the whole log as a script would, in either order."""
    kind, _, name = mrn.rpartition("/")
    scope = "org" if kind.endswith("organizations") else "space"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "query", f"{scope}={name}", "since=2000-01-01", "limit=all",
        f"order={draw.choice(['asc', 'desc'])}", "--format", "ndjson",
        cwd=folder,
        env={
            **{name: os.environ[name] for name in ("PATH", "COVERAGE_PROCESS_CONFIG") if name in os.environ},
            **sandbox.environment,
            "HOME": str(folder),
            "MONDOO_TIMEOUT": "1s",
            "MONDOO_PATIENCE": "3s",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    data, words = await process.communicate()
    assert process.returncode is not None
    return Answer(process.returncode, data.decode(), words.decode())
