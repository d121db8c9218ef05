"""Pages, orders, bounds and cursors, over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.sandbox.mondoo import Event, Identity, MondooCloud

pytestmark = pytest.mark.asyncio(loop_scope="session")

Ask = Callable[..., Awaitable[httpx.Response]]
Read = Callable[..., Awaitable[dict[str, Any]]]
ReadAll = Callable[..., Awaitable[list[dict[str, Any]]]]

SMALL = "//captain.api.mondoo.app/organizations/mondoo-organization-1"
SPACE = "//captain.api.mondoo.app/spaces/acme-endpoints"
LIVELY = "//captain.api.mondoo.app/spaces/acme-production"


def truth(cloud: MondooCloud, mrn: str) -> list[dict[str, Any]]:
    return [event.as_node() for event in cloud.log(mrn)]


def event(at: datetime, msg: str = "user logged in") -> Event:
    jane = Identity("Jane Doe", "//captain.api.mondoo.app/users/1")
    return Event(jane, "//captain.api.mondoo.app/users/1", "mondoo.captain.Captain.Login", at, msg)


@pytest.mark.parametrize("cursors", ["id", "offset"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_following_the_cursors_reads_every_event_once_in_order(
    cloud: MondooCloud, read_all: ReadAll, cursors: str, direction: str
) -> None:
    cloud.configure(cursors=cursors)
    nodes = await read_all(SPACE, first=100, orderBy={"direction": direction, "field": "TIMESTAMP"})
    assert nodes == truth(cloud, SPACE)[:: -1 if direction == "DESC" else 1]


async def test_the_order_is_newest_first_and_the_page_25_long_unless_asked_otherwise(
    cloud: MondooCloud, read: Read
) -> None:
    page = await read(SPACE)
    assert [edge["node"] for edge in page["edges"]] == truth(cloud, SPACE)[:-26:-1]


async def test_a_page_tells_its_cursors_and_what_lies_before_and_behind_it(read: Read) -> None:
    first = await read(SMALL, first=30)
    assert first["pageInfo"] == {
        "startCursor": first["edges"][0]["cursor"],
        "endCursor": first["edges"][-1]["cursor"],
        "hasNextPage": True,
        "hasPreviousPage": False,
    }
    last = await read(SMALL, first=30, after=first["pageInfo"]["endCursor"])
    assert (len(last["edges"]), last["totalCount"]) == (6, 36)
    assert (last["pageInfo"]["hasNextPage"], last["pageInfo"]["hasPreviousPage"]) == (False, True)


async def test_a_page_behind_the_last_event_is_empty(read: Read) -> None:
    oldest = (await read(SMALL, first=100))["pageInfo"]["endCursor"]
    page = await read(SMALL, after=oldest)
    assert page["edges"] == []
    assert page["pageInfo"] == {
        "startCursor": None,
        "endCursor": None,
        "hasNextPage": False,
        "hasPreviousPage": True,
    }


async def test_ids_descend_with_age(read: Read) -> None:
    cursors = [int(edge["cursor"]) for edge in (await read(SMALL, first=100))["edges"]]
    assert cursors == sorted(cursors, reverse=True)


async def test_more_than_100_is_cut_to_100(read: Read) -> None:
    assert len((await read(SPACE, first=1000))["edges"]) == 100


async def test_more_than_100_is_an_error_if_so_set(cloud: MondooCloud, ask: Ask) -> None:
    cloud.configure(too_many="error")
    answer = await ask(SPACE, first=101)
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["message"] == "first must not exceed 100"


@pytest.mark.parametrize("first", [0, -1])
async def test_a_page_of_no_size_is_an_error(ask: Ask, first: int) -> None:
    assert (await ask(SPACE, first=first)).json()["errors"][0]["extensions"]["code"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("bound", ["2024-03-22T17:46:03Z", "2024-03-22T20:46:03+03:00", "2024-03-22T12:16:03-05:30"])
async def test_bounds_are_exclusive_and_told_in_any_zone(read: Read, bound: str, direction: str) -> None:
    order = {"direction": direction, "field": "TIMESTAMP"}
    after = await read(SMALL, orderBy=order, timestampFilter={"timestamp": bound, "operator": "GT"})
    before = await read(SMALL, orderBy=order, timestampFilter={"timestamp": bound, "operator": "LT"})
    assert (after["totalCount"], before["totalCount"]) == (0, 35)


async def test_a_bound_between_two_seconds_takes_the_later_one(read: Read) -> None:
    late = {"timestamp": "2024-03-22T17:46:02.999Z", "operator": "GT"}
    assert (await read(SMALL, timestampFilter=late))["totalCount"] == 1


@pytest.mark.parametrize("timestamp", ["yesterday", "2024-03-22", "2024-03-22T17:46:03", "1711129563", ""])
async def test_an_invalid_timestamp_is_a_graphql_error(ask: Ask, timestamp: str) -> None:
    answer = await ask(SMALL, timestampFilter={"timestamp": timestamp, "operator": "GT"})
    assert answer.status_code == 200
    assert answer.json()["data"] is None
    assert answer.json()["errors"][0]["message"] == f"invalid timestamp {timestamp!r}"


@pytest.mark.parametrize("cursor", ["nonsense", "-1", "9" * 5000, "7"])
async def test_a_cursor_of_another_log_is_a_graphql_error(ask: Ask, cursor: str) -> None:
    assert "cursor" in (await ask(SMALL, after=cursor)).json()["errors"][0]["message"]


async def test_id_cursors_hold_while_events_arrive(cloud: MondooCloud, read: Read) -> None:
    expected = truth(cloud, SPACE)[::-1]
    first = await read(SPACE, first=50)
    cloud.append(SPACE, [event(cloud.now)] * 3)
    second = await read(SPACE, first=50, after=first["pageInfo"]["endCursor"])
    assert [edge["node"] for edge in second["edges"]] == expected[50:100]


async def test_offset_cursors_shift_when_events_arrive(cloud: MondooCloud, read: Read) -> None:
    cloud.configure(cursors="offset")
    expected = truth(cloud, SPACE)[::-1]
    first = await read(SPACE, first=50)
    cloud.append(SPACE, [event(cloud.now)] * 3)
    second = await read(SPACE, first=50, after=first["pageInfo"]["endCursor"])
    assert [edge["node"] for edge in second["edges"]] == expected[47:97]


async def test_a_late_event_stands_where_its_time_says(cloud: MondooCloud, read_all: ReadAll) -> None:
    late = event(datetime(2023, 1, 1, tzinfo=UTC), "late")
    cloud.append(SMALL, [late])
    nodes = await read_all(SMALL, first=10)
    assert len(nodes) == 37
    assert nodes == sorted(nodes, key=lambda node: node["timestamp"], reverse=True)
    assert late.as_node() in nodes


async def test_a_time_with_a_fraction_is_written_with_it(cloud: MondooCloud, read: Read) -> None:
    cloud.append(SMALL, [event(datetime(2025, 1, 1, 0, 0, 0, 250_000, UTC))])
    assert (await read(SMALL, first=1))["edges"][0]["node"]["timestamp"] == "2025-01-01T00:00:00.250000Z"


async def test_ties_come_in_the_order_that_is_set(cloud: MondooCloud, read_all: ReadAll) -> None:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    cloud.append(SMALL, [event(at, str(number)) for number in range(8)])

    async def newest() -> list[str]:
        return [node["msg"] for node in (await read_all(SMALL, first=100))[:8]]

    assert await newest() == list("76543210")
    cloud.configure(ties="reversed")
    assert await newest() == list("01234567")
    cloud.configure(ties="shuffled")
    shuffled = [await newest() for _ in range(4)]
    assert all(sorted(order) == list("01234567") for order in shuffled)
    assert len(set(map(tuple, shuffled))) > 1


async def test_filters_on_who_and_what_are_applied_to_the_count_and_the_pages(
    cloud: MondooCloud, read_all: ReadAll, read: Read
) -> None:
    everything = truth(cloud, LIVELY)[::-1]
    actor = everything[0]["identity"]
    assert await read_all(LIVELY, first=100, identityFilter={"mrn": actor["mrn"]}) == [
        node for node in everything if node["identity"] == actor
    ]
    assert await read_all(LIVELY, first=100, actionFilter="deleteasset") == [
        node for node in everything if node["action"].endswith(".DeleteAsset")
    ]
    named = await read(LIVELY, identityFilter={"name": actor["name"].upper()}, actionFilter="")
    assert named["totalCount"] == sum(node["identity"] == actor for node in everything)
