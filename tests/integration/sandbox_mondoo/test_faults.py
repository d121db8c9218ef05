"""Each thing that can go wrong, as a real client sees it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, Literal

import httpx
import pytest
from starlette.applications import Starlette

from bot.sandbox.mondoo import Fault, MondooCloud
from bot.sandbox.mondoo import effects as fx

pytestmark = pytest.mark.asyncio(loop_scope="session")

Ask = Callable[..., Awaitable[httpx.Response]]
Read = Callable[..., Awaitable[dict[str, Any]]]

MRN = "//captain.api.mondoo.app/organizations/mondoo-organization-1"
OTHER = "//captain.api.mondoo.app/organizations/acme-platform"
LUMIERE = "//captain.api.mondoo.app/organizations/lumiere-eu"


async def statuses(ask: Ask, count: int, mrn: str = MRN) -> list[int]:
    return [(await ask(mrn, first=1)).status_code for _ in range(count)]


# Which requests are struck


async def test_a_fault_strikes_once_unless_told_otherwise(cloud: MondooCloud, ask: Ask) -> None:
    cloud.inject(fx.Status(503))
    assert await statuses(ask, 3) == [503, 200, 200]


async def test_a_fault_strikes_as_often_as_told_then_the_next_one_does(cloud: MondooCloud, ask: Ask) -> None:
    cloud.inject(Fault(fx.Status(500), times=2))
    cloud.inject(fx.Status(502))
    assert await statuses(ask, 4) == [500, 500, 502, 200]


async def test_a_fault_without_a_count_strikes_until_it_is_taken_away(cloud: MondooCloud, ask: Ask) -> None:
    number = cloud.inject(Fault(fx.Status(503), times=None))
    assert await statuses(ask, 3) == [503, 503, 503]
    cloud.faults.clear(number)
    assert await statuses(ask, 1) == [200]


async def test_a_chance_is_drawn_from_the_seed(ask: Ask, cloud: MondooCloud) -> None:
    fault = Fault(fx.Status(503), times=None, probability=0.5)
    cloud.inject(fault)
    first = await statuses(ask, 20)
    cloud.faults.clear()
    cloud.inject(fault)
    assert await statuses(ask, 20) == first
    assert set(first) == {200, 503}


async def test_a_fault_can_be_for_one_region(cloud: MondooCloud, ask: Ask) -> None:
    cloud.inject(Fault(fx.Status(503), region="eu"))
    assert (await ask(MRN)).status_code == 200
    assert (await ask(LUMIERE, path="/eu/query", token="sandbox-eu-all")).status_code == 503


async def test_a_fault_can_be_for_one_scope_and_one_page(cloud: MondooCloud, ask: Ask, read: Read) -> None:
    cloud.inject(Fault(fx.Status(503), mrn=MRN, page=2))
    assert (await ask(OTHER)).status_code == 200
    first = await read(MRN, first=10)
    assert (await ask(OTHER, first=10, after=None)).status_code == 200
    assert (await ask(MRN, first=10, after=first["pageInfo"]["endCursor"])).status_code == 503


async def test_a_spoilt_page_waits_for_a_page(cloud: MondooCloud, ask: Ask) -> None:
    cloud.inject(fx.NullAuditlog())
    assert (await ask(MRN, token="wrong")).status_code == 401
    assert (await ask(MRN)).json() == {"data": {"auditlog": None}}


# Instead of an answer


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503, 504, 418])
async def test_a_status_comes_with_a_json_body(cloud: MondooCloud, ask: Ask, status: int) -> None:
    cloud.inject(fx.Status(status))
    answer = await ask(MRN)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message"}
    assert "retry-after" not in answer.headers


async def test_retry_after_comes_in_seconds(cloud: MondooCloud, ask: Ask) -> None:
    cloud.inject(fx.Status(429, retry_after_s=7))
    assert (await ask(MRN)).headers["retry-after"] == "7"


async def test_retry_after_comes_as_a_date(cloud: MondooCloud, ask: Ask) -> None:
    cloud.inject(fx.Status(503, retry_after_s=120, retry_after_as="date"))
    header = (await ask(MRN)).headers["retry-after"]
    assert header.endswith(" GMT")
    assert abs(parsedate_to_datetime(header) - cloud.now - timedelta(seconds=120)) < timedelta(seconds=5)


async def test_a_redirect_shows_who_follows_it(cloud: MondooCloud, ask: Ask, client: httpx.AsyncClient) -> None:
    cloud.inject(fx.Redirect())
    answer = await ask(MRN)
    assert (answer.status_code, answer.headers["location"]) == (302, "/query?redirected")
    await client.get(answer.headers["location"])
    assert [(asked.method, asked.variables) for asked in cloud.ledger][-1] == ("GET", {"redirected": ""})


async def test_garbage_comes_with_status_200(cloud: MondooCloud, ask: Ask) -> None:
    for form in ("html", "json", "shape", "empty"):
        cloud.inject(fx.Garbage(form))
    html, broken, shape, empty = [await ask(MRN) for _ in range(4)]
    assert {answer.status_code for answer in (html, broken, shape, empty)} == {200}
    assert html.headers["content-type"].startswith("text/html")
    assert broken.headers["content-type"] == "application/json"
    with pytest.raises(ValueError, match="Unterminated string"):
        broken.json()
    assert isinstance(shape.json(), list)
    assert empty.content == b""


async def test_a_reset_is_seen_as_a_reset(cloud: MondooCloud, ask: Ask) -> None:
    cloud.inject(fx.Reset())
    with pytest.raises(httpx.ReadError) as caught:
        await ask(MRN)
    assert "ConnectionReset" in repr(caught.value.__context__) or "BrokenResource" in repr(caught.value.__context__)
    assert (await ask(MRN)).status_code == 200


async def test_a_hang_lasts_until_the_client_gives_up(cloud: MondooCloud, client: httpx.AsyncClient) -> None:
    cloud.inject(fx.Hang())
    with pytest.raises(httpx.ReadTimeout):
        await client.post("/query", headers={"authorization": "Bearer sandbox-us-all"}, json={}, timeout=0.2)
    (asked,) = cloud.ledger
    assert (asked.fault, asked.status) == ("hang", None)


async def test_a_hang_ends_without_an_answer_when_the_faults_are_cleared(cloud: MondooCloud, ask: Ask) -> None:
    cloud.inject(fx.Hang())
    asking = asyncio.ensure_future(ask(MRN))
    await cloud.ledger.until(1)
    cloud.faults.clear()
    with pytest.raises(httpx.RemoteProtocolError, match="disconnected without sending a response"):
        await asking


async def test_a_client_that_goes_away_in_the_middle_of_its_request_harms_nobody(
    cloud: MondooCloud, base_url: str, ask: Ask
) -> None:
    url = httpx.URL(base_url)
    _, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(b"POST /query HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await ask(MRN)).status_code == 200
    assert cloud.ledger.recorded == 1


async def test_a_server_that_lends_no_transport_is_told_what_it_needs(cloud: MondooCloud) -> None:
    cloud.inject(fx.Reset())
    transport = httpx.ASGITransport(Starlette(routes=cloud.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        with pytest.raises(RuntimeError, match="http=LentTransportProtocol"):
            await client.post("/query", json={})


# On the way


@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.parametrize("share", [0, 0.5, 0.99])
async def test_a_cut_body_is_seen_as_incomplete(
    cloud: MondooCloud, ask: Ask, framing: Literal["length", "chunked"], share: float
) -> None:
    cloud.inject(fx.Cut(share, framing))
    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
        await ask(MRN)
    assert (await ask(MRN)).status_code == 200


async def test_a_cut_body_says_how_long_it_would_have_been(cloud: MondooCloud, client: httpx.AsyncClient) -> None:
    cloud.inject(fx.Cut(0.5, "length"))
    request = client.build_request("POST", "/query", json={}, headers={"authorization": "Bearer sandbox-us-all"})
    answer = await client.send(request, stream=True)
    with pytest.raises(httpx.RemoteProtocolError, match=r"received \d+ bytes, expected \d+") as caught:
        await answer.aread()
    received, expected = re.findall(r"\d+", str(caught.value))
    assert expected == answer.headers["content-length"]
    assert int(received) == int(expected) // 2


async def test_a_huge_body_is_as_long_as_told_and_still_the_answer(cloud: MondooCloud, ask: Ask) -> None:
    cloud.inject(fx.Huge(3 * fx.MEBIBYTE))
    answer = await ask(MRN)
    assert "content-length" not in answer.headers
    assert len(answer.content) == 3 * fx.MEBIBYTE
    assert answer.json()["data"]["auditlog"]["totalCount"] == 36


async def test_a_huge_body_can_be_left_half_read(cloud: MondooCloud, client: httpx.AsyncClient, ask: Ask) -> None:
    cloud.inject(fx.Huge(256 * fx.MEBIBYTE))
    headers = {"authorization": "Bearer sandbox-us-all"}
    async with client.stream("POST", "/query", json={"query": "{ __typename }"}, headers=headers) as answer:
        async for _ in answer.aiter_raw():
            break
    assert (await ask(MRN)).status_code == 200


async def test_latency_comes_beside_another_fault(cloud: MondooCloud, ask: Ask) -> None:
    cloud.inject(fx.Latency(0.2))
    cloud.inject(fx.Status(503))
    begun = monotonic()
    assert (await ask(MRN)).status_code == 503
    assert monotonic() - begun >= 0.2


async def test_latency_can_be_set_for_good(cloud: MondooCloud, ask: Ask) -> None:
    cloud.configure(latency_s=0.1, jitter_s=0.05)
    begun = monotonic()
    await ask(MRN)
    await ask(MRN)
    assert monotonic() - begun >= 0.2


# In the answer


async def test_errors_come_without_data_with_null_and_with_the_data(cloud: MondooCloud, ask: Ask) -> None:
    true = (await ask(MRN)).json()
    cloud.inject(fx.Errors("context deadline exceeded", "DEADLINE_EXCEEDED", "absent"))
    cloud.inject(fx.Errors())
    cloud.inject(fx.Errors("partial failure", data="kept"))
    absent, null, kept = [(await ask(MRN)).json() for _ in range(3)]
    error = {
        "message": "context deadline exceeded",
        "path": ["auditlog"],
        "extensions": {"code": "DEADLINE_EXCEEDED"},
    }
    assert absent == {"errors": [error]}
    assert null == {"errors": [{"message": "internal error", "path": ["auditlog"]}], "data": None}
    assert kept == {"errors": [{"message": "partial failure", "path": ["auditlog"]}], **true}


async def test_a_stuck_cursor_stays_where_it_was_put(cloud: MondooCloud, read: Read) -> None:
    cloud.inject(Fault(fx.StuckCursor(), times=None))
    first = await read(MRN, first=30)
    cursor = first["pageInfo"]["endCursor"]
    for _ in range(2):
        info = (await read(MRN, first=30, after=cursor))["pageInfo"]
        assert (info["endCursor"], info["hasNextPage"]) == (cursor, True)


async def test_an_empty_page_claims_that_there_is_more(cloud: MondooCloud, read: Read) -> None:
    first = await read(MRN, first=10)
    cursor = first["pageInfo"]["endCursor"]
    cloud.inject(fx.EmptyPage())
    page = await read(MRN, first=10, after=cursor)
    assert page["edges"] == []
    assert (page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]) == (cursor, True)


async def test_unknown_fields_stand_at_every_level(cloud: MondooCloud, ask: Ask) -> None:
    cloud.inject(fx.ExtraFields())
    answer = (await ask(MRN)).json()
    edge = answer["data"]["auditlog"]["edges"][0]
    for level in (answer, answer["data"], answer["data"]["auditlog"], edge, edge["node"], edge["node"]["identity"]):
        assert "xNovel" in level


async def test_a_field_of_a_node_is_null_missing_or_of_another_type(cloud: MondooCloud, read: Read) -> None:
    cloud.inject(fx.BadNode("msg", "null"))
    cloud.inject(fx.BadNode("timestamp", "missing", 2))
    cloud.inject(fx.BadNode("identity", "number"))
    null, missing, number = [(await read(MRN))["edges"] for _ in range(3)]
    assert null[0]["node"]["msg"] is None
    assert "timestamp" in missing[0]["node"]
    assert "timestamp" not in missing[2]["node"]
    assert number[0]["node"]["identity"] == 42


async def test_an_edge_a_node_or_all_edges_are_null(cloud: MondooCloud, read: Read) -> None:
    for where in ("edge", "node", "edges"):
        cloud.inject(fx.NullEdge(where))
    edge, node, edges = [(await read(MRN))["edges"] for _ in range(3)]
    assert (edge[0], len(edge)) == (None, 25)
    assert (node[0]["node"], node[1]["node"] is None) == (None, False)
    assert edges is None


async def test_the_total_is_wrong_by_as_much_as_told(cloud: MondooCloud, read: Read) -> None:
    cloud.inject(fx.WrongTotal(-3))
    assert (await read(MRN))["totalCount"] == 33


async def test_a_page_that_did_not_ask_for_a_part_can_be_spoilt_there_all_the_same(
    cloud: MondooCloud, ask: Ask
) -> None:
    query = "query ($resourceMrn: String!) { __typename auditlog(resourceMrn: $resourceMrn) { __typename } }"
    for effect in (fx.StuckCursor(), fx.WrongTotal(1), fx.BadNode(), fx.NullEdge(), fx.NullEdge("node")):
        cloud.inject(effect)
        assert (await ask(MRN, query=query)).status_code == 200


# Growth


async def test_the_log_grows_before_each_page(cloud: MondooCloud, read: Read) -> None:
    late = datetime(2023, 5, 5, 5, 5, 5, tzinfo=UTC)
    cloud.inject(Fault(fx.Growth(newest=2, at=(late,)), times=2, mrn=MRN))
    first = await read(MRN, first=20)
    second = await read(MRN, first=20, after=first["pageInfo"]["endCursor"])
    third = await read(MRN, first=1)
    assert [page["totalCount"] for page in (first, second, third)] == [39, 42, 42]
    times = [event.timestamp for event in cloud.log(MRN)]
    assert times.count(late) == 2
    assert sum(abs(time - cloud.now) < timedelta(minutes=1) for time in times) == 4
    assert {edge["node"]["timestamp"] for edge in first["edges"][:2]} != {
        edge["node"]["timestamp"] for edge in second["edges"][:2]
    }


async def test_growth_shifts_offsets_so_that_a_page_repeats_what_the_last_one_said(
    cloud: MondooCloud, read: Read
) -> None:
    cloud.configure(cursors="offset")
    first = await read(MRN, first=10)
    cloud.inject(Fault(fx.Growth(newest=1), page=2))
    second = await read(MRN, first=10, after=first["pageInfo"]["endCursor"])
    assert second["edges"][0]["node"] == first["edges"][-1]["node"]
