"""The call that Mondoo's documentation shows, as it shows it: https://mondoo.com/docs/maintain/log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")

HERE = Path(__file__).parent
MRN = "//captain.api.mondoo.app/organizations/mondoo-organization-1"


async def test_the_documented_curl_call_gets_the_documented_answer(
    base_url: str, need_tool: Callable[..., Path]
) -> None:
    curl = await asyncio.create_subprocess_exec(
        *(need_tool("curl", apt="curl"), "--silent", "--noproxy", "*", "-g", "-X", "POST"),
        *("-H", "Authorization: Bearer sandbox-us-mondoo-organization-1"),
        *("-H", "Content-Type: application/json"),
        *("-d", f"@{HERE / 'query.json'}", f"{base_url}/query"),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await curl.communicate()
    assert curl.returncode == 0

    answer = json.loads(output)
    shown = json.dumps(answer, indent=2)
    assert shown.startswith((HERE / "answer.json").read_text().rstrip())
    assert len(answer["data"]["auditlog"]["edges"]) == 25
    assert list(answer["data"]["auditlog"]["pageInfo"]) == ["startCursor", "endCursor", "hasNextPage"]
    assert answer["data"]["auditlog"]["pageInfo"]["startCursor"] == "172213"


async def test_the_documented_organization_holds_36_events(
    read_all: Callable[..., Awaitable[list[dict[str, Any]]]],
) -> None:
    assert len(await read_all(MRN, first=10)) == 36


async def test_the_documented_timestamp_filter_with_an_offset_is_understood(
    read: Callable[..., Awaitable[dict[str, Any]]],
) -> None:
    documented = {"timestamp": "2024-05-06T13:48:33+03:00", "operator": "LT"}
    assert (await read(MRN, first=25, timestampFilter=documented))["totalCount"] == 36
