"""The controls over HTTP and as methods, and the record of requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import httpx
import pytest

from bot.sandbox.mondoo import Event, Fault, Identity, MondooCloud, UnknownScopeError
from bot.sandbox.mondoo import effects as fx

pytestmark = pytest.mark.asyncio(loop_scope="session")

Ask = Callable[..., Awaitable[httpx.Response]]
Control = Callable[..., Awaitable[Any]]
Read = Callable[..., Awaitable[dict[str, Any]]]

MRN = "//captain.api.mondoo.app/organizations/mondoo-organization-1"
PARIS = "//captain.api.mondoo.app/spaces/lumiere-paris"
NODE = {
    "identity": {"name": "Ann", "mrn": "//captain.api.mondoo.app/users/1"},
    "resource": "//captain.api.mondoo.app/users/1",
    "action": "mondoo.captain.Captain.Login",
    "timestamp": "2025-01-01T00:00:00Z",
    "msg": "user logged in",
}
EFFECTS: tuple[fx.Effect, ...] = tuple(effect() for effect in get_args(fx.Effect))
NAMED = """query Named($first: Int, $resourceMrn: String!) {
    auditlog(first: $first, resourceMrn: $resourceMrn) { totalCount } }"""


async def test_the_state_shows_time_regions_scopes_and_credentials(cloud: MondooCloud, control: Control) -> None:
    state = await control("GET", "state")
    assert abs(datetime.fromisoformat(state["now"]) - cloud.now) < timedelta(seconds=5)
    assert [(region["name"], region["path"]) for region in state["regions"]] == [("us", "/query"), ("eu", "/eu/query")]
    us = state["regions"][0]
    assert us["scopes"][0] == {
        "kind": "organization",
        "id": "mondoo-organization-1",
        "name": "Mondoo Organization 1",
        "mrn": MRN,
        "events": 36,
        "newest": "2024-03-22T17:46:03Z",
    }
    assert us["tokens"][0]["secret"] == cloud.tokens["all-us"]
    assert us["service_accounts"] == ["acme-platform-key", "acme-production-key", "acme-platform-token"]


async def test_settings_are_changed_one_at_a_time(cloud: MondooCloud, control: Control) -> None:
    await control("PATCH", "settings", {"cursors": "offset", "unknown_names": ["ip"]})
    settings = await control("PATCH", "settings", {"latency_s": 0.01})
    assert settings == await control("GET", "settings")
    assert (settings["cursors"], settings["unknown_names"], settings["latency_s"]) == ("offset", ["ip"], 0.01)
    assert cloud.settings.latency_s == 0.01


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "settings", {"cursors": "guesses"}),
        ("PATCH", "settings", {"nonsense": 1}),
        ("PATCH", "settings", {"latency_s": -1}),
        ("PATCH", "settings", []),
        ("POST", "faults", {"effect": {"kind": "nonsense"}}),
        ("POST", "faults", {"effect": {"kind": "status", "status": 200}}),
        ("POST", "faults", {"effect": {"kind": "status"}, "times": 0}),
        ("POST", "faults", {"effect": {"kind": "growth", "at": ["2024-01-01T00:00:00"]}}),
        ("POST", "faults", {}),
        ("POST", "events", {}),
        ("POST", "events", {"random": -1}),
        ("POST", "events", {"events": [NODE]}),
        ("POST", "events", {"events": [NODE], "mrn": MRN, "random": 1}),
        ("POST", "events", {"events": [NODE | {"timestamp": "2025-01-01T00:00:00"}], "mrn": MRN}),
    ],
)
async def test_a_mistake_is_a_400_with_the_reason(
    client: httpx.AsyncClient, method: str, path: str, body: object
) -> None:
    answer = await client.request(method, f"/_sandbox/mondoo/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("path", ["log?mrn=nonsense", "service-accounts/nobody"])
async def test_what_there_is_not_is_a_404_with_the_reason(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/_sandbox/mondoo/{path}")
    assert answer.status_code == 404
    assert answer.json()["error"].startswith("no ")


async def test_faults_are_laid_shown_and_taken_away(control: Control, ask: Ask) -> None:
    first = await control(
        "POST", "faults", {"effect": {"kind": "status", "status": 429, "retry_after_s": 3}, "times": 2}
    )
    second = await control(
        "POST", "faults", {"effect": {"kind": "null-auditlog"}, "times": None, "mrn": MRN, "page": 1}
    )
    assert (await ask(MRN)).headers["retry-after"] == "3"
    shown = await control("GET", "faults")
    assert [(fault["id"], fault["effect"]["kind"], fault["times"]) for fault in shown] == [
        (first["id"], "status", 1),
        (second["id"], "null-auditlog", None),
    ]
    await control("DELETE", f"faults/{first['id']}")
    assert (await ask(MRN)).json() == {"data": {"auditlog": None}}
    assert await control("DELETE", "faults") == []
    assert (await ask(MRN)).json()["data"]["auditlog"]["totalCount"] == 36


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.kind)
async def test_every_effect_can_be_laid_over_http(control: Control, cloud: MondooCloud, effect: fx.Effect) -> None:
    number = cloud.inject(Fault(effect, probability=0))
    (shown,) = await control("GET", "faults")
    assert shown.pop("id") == number
    await control("POST", "faults", shown)
    again = await control("GET", "faults")
    assert again[0]["effect"] == again[1]["effect"] == shown["effect"]


async def test_events_can_be_put_into_a_log(cloud: MondooCloud, control: Control, read: Read) -> None:
    late = NODE | {"timestamp": "2022-01-01T02:00:00+02:00", "ip": "192.0.2.7"}
    await control("POST", "events", {"mrn": MRN, "events": [NODE, NODE, late]})
    page = await read(MRN, first=100)
    assert page["totalCount"] == 39
    assert page["edges"][0]["node"] == page["edges"][1]["node"] == NODE | {"ip": None, "parent": None}
    assert page["edges"][-1]["node"]["timestamp"] == "2022-01-01T00:00:00Z"


async def test_something_happens_now_wherever_it_may(cloud: MondooCloud, control: Control) -> None:
    happened = await control("POST", "events", {"random": 5})
    assert MRN not in happened
    assert sum(map(len, happened.values())) == 5
    for mrn, nodes in happened.items():
        log = (await control("GET", f"log?mrn={mrn}"))["events"]
        assert log[-len(nodes) :] == nodes
        assert cloud.now - datetime.fromisoformat(nodes[0]["timestamp"]) < timedelta(seconds=10)


async def test_something_happens_now_where_it_is_told_to(cloud: MondooCloud) -> None:
    happened = cloud.happen(MRN, 2)
    assert cloud.log(MRN)[-2:] == happened[MRN]
    assert len(cloud.log(MRN)) == 38


async def test_one_thing_in_particular_happens(cloud: MondooCloud, control: Control) -> None:
    happened = await control("POST", "events", {"random": 3, "msg": "owner added"})
    assert [node["msg"] for nodes in happened.values() for node in nodes] == ["owner added"] * 3
    assert all("/organizations/" in mrn for mrn in happened)
    (account,) = cloud.happen(PARIS, 1, "created service account")[PARIS]
    assert account.action == "mondoo.agents.AgentManager.CreateServiceAccount"
    with pytest.raises(LookupError, match="says 'created API token'"):
        cloud.happen(PARIS, 1, "created API token")


async def test_the_log_is_the_truth_oldest_first(cloud: MondooCloud, control: Control) -> None:
    shown = await control("GET", f"log?mrn={PARIS}")
    assert shown == {"mrn": PARIS, "events": [event.as_node() for event in cloud.log(PARIS)]}


async def test_an_unknown_scope_is_an_error(cloud: MondooCloud) -> None:
    with pytest.raises(UnknownScopeError):
        cloud.append("//captain.api.mondoo.app/spaces/nowhere", [])


async def test_requests_are_recorded_without_their_credentials(control: Control, ask: Ask) -> None:
    await control("POST", "faults", {"effect": {"kind": "reset"}, "mrn": PARIS})
    await ask(MRN, first=7, query=NAMED)
    await ask(MRN, token="sandbox-us-wrong")
    with pytest.raises(httpx.ReadError):
        await ask(PARIS, path="/eu/query", token="sandbox-eu-all")
    record = await control("GET", "requests")
    assert record["received"] == 3
    assert "sandbox-" not in str(record)
    good, refused, reset = record["requests"]
    assert (good["number"], good["region"], good["principal"], good["status"]) == (1, "us", "all-us", 200)
    assert good["variables"] == {"first": 7, "resourceMrn": MRN}
    assert (good["mrn"], good["page"], good["events"], good["fault"]) == (MRN, 1, 7, None)
    assert (refused["principal"], refused["status"], refused["mrn"]) == (None, 401, None)
    assert (reset["region"], reset["fault"], reset["status"], reset["events"]) == ("eu", "reset", None, 25)
    assert await control("DELETE", "requests") == {"received": 0, "requests": []}


async def test_a_service_account_can_be_fetched_for_this_address(base_url: str, control: Control) -> None:
    us = await control("GET", "service-accounts/acme-platform-key")
    eu = await control("GET", "service-accounts/lumiere-eu-token")
    assert (us["api_endpoint"], eu["api_endpoint"]) == (base_url, f"{base_url}/eu")
    assert set(us) == {"mrn", "parent_mrn", "private_key", "certificate", "api_endpoint"}
    assert "token" in eu


async def test_a_reset_sets_all_back_but_the_keys(cloud: MondooCloud, control: Control, ask: Ask) -> None:
    key = cloud.service_account("acme-platform-key", "http://127.0.0.1")["private_key"]
    before = cloud.log(PARIS)
    login = Event(Identity("Ann", "a"), "r", "a.Login", datetime(2030, 1, 1, tzinfo=UTC), "m")
    cloud.append(PARIS, [login])
    cloud.configure(cursors="offset", requests_per_minute=1)
    await ask(MRN)
    cloud.inject(fx.Status(500))
    state = await control("POST", "reset")
    assert (state["faults"], state["requests"], state["settings"]["cursors"]) == ([], 0, "id")
    assert cloud.log(PARIS) == before
    assert cloud.service_account("acme-platform-key", "http://127.0.0.1")["private_key"] == key
    assert (await ask(MRN)).status_code == 200
