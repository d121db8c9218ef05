"""The cloud's controls over HTTP, for tests in other processes and for the sandbox's page.

- `GET /state`: time, settings, faults, regions with their scopes, tokens and service accounts.
- `GET /settings`, `PATCH /settings`: shows, changes settings; `{"cursors": "offset"}`.
- `GET /faults`, `POST /faults`, `DELETE /faults`, `DELETE /faults/{id}`: shows, lays, takes away;
  `{"effect": {"kind": "status", "status": 503}, "times": 2, "page": 3}`.
- `POST /events`: `{"mrn": …, "events": […]}`, or `{"random": 5}` with or without `mrn`, and with
  or without `"msg": "owner added"`.
- `GET /log?mrn=…`: the whole log, oldest first.
- `GET /requests`, `DELETE /requests`: shows the record of requests, forgets it.
- `GET /service-accounts/{name}`: the account's JSON file.
- `POST /reset`: sets everything back to the beginning.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.mondoo.events import Event
from bot.sandbox.mondoo.faults import Fault

if TYPE_CHECKING:
    from bot.sandbox.mondoo.cloud import MondooCloud

Handler = Callable[[Request], Awaitable[Response]]


class Arrivals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `POST /events` takes: events for a scope, or a number of plausible ones for any."""

    mrn: str | None = None
    events: tuple[Event, ...] = ()
    random: int = 0
    msg: str | None = None

    def __post_init__(self) -> None:
        if bool(self.events) == bool(self.random) or self.random < 0:
            raise ValueError("either `events`, or a positive number as `random`")
        if self.events and self.mrn is None:
            raise ValueError("`events` need an `mrn`")


def control_routes(cloud: MondooCloud) -> list[BaseRoute]:
    """Gives the routes of the module's table."""
    control = _Control(cloud)
    return [
        Route("/state", control.state),
        Route("/settings", control.settings),
        Route("/settings", control.configure, methods=["PATCH"]),
        Route("/faults", control.faults),
        Route("/faults", control.inject, methods=["POST"]),
        Route("/faults", control.clear, methods=["DELETE"]),
        Route("/faults/{id:int}", control.clear, methods=["DELETE"]),
        Route("/events", control.arrive, methods=["POST"]),
        Route("/log", control.log),
        Route("/requests", control.requests),
        Route("/requests", control.forget, methods=["DELETE"]),
        Route("/service-accounts/{name}", control.service_account),
        Route("/reset", control.reset, methods=["POST"]),
    ]


def _json(content: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")


def _forgiving(
    handler: Callable[[_Control, Request], Awaitable[object]],
) -> Callable[[_Control, Request], Awaitable[Response]]:
    """Turns what a handler gives into JSON, and a mistake of the caller's into 400 or 404 with the reason."""

    async def handle(control: _Control, request: Request) -> Response:
        try:
            return _json(await handler(control, request))
        except msgspec.DecodeError as error:
            return _json({"error": str(error)}, 400)
        except LookupError as error:
            return _json({"error": str(error.args[0])}, 404)

    return handle


class _Control:
    def __init__(self, cloud: MondooCloud) -> None:
        self._cloud = cloud

    @_forgiving
    async def state(self, _request: Request) -> object:
        return self._cloud.state()

    @_forgiving
    async def settings(self, _request: Request) -> object:
        return self._cloud.settings

    @_forgiving
    async def configure(self, request: Request) -> object:
        return self._cloud.configure(**msgspec.json.decode(await request.body(), type=dict[str, Any]))

    @_forgiving
    async def faults(self, _request: Request) -> object:
        return self._cloud.faults.as_json()

    @_forgiving
    async def inject(self, request: Request) -> object:
        return {"id": self._cloud.faults.lay(msgspec.json.decode(await request.body(), type=Fault))}

    @_forgiving
    async def clear(self, request: Request) -> object:
        self._cloud.faults.clear(request.path_params.get("id"))
        return self._cloud.faults.as_json()

    @_forgiving
    async def arrive(self, request: Request) -> object:
        arrivals = msgspec.json.decode(await request.body(), type=Arrivals)
        if arrivals.mrn is not None and arrivals.events:
            self._cloud.append(arrivals.mrn, arrivals.events)
            return {arrivals.mrn: [event.as_node() for event in arrivals.events]}
        happened = self._cloud.happen(arrivals.mrn, arrivals.random, arrivals.msg)
        return {mrn: [event.as_node() for event in events] for mrn, events in happened.items()}

    @_forgiving
    async def log(self, request: Request) -> object:
        mrn = request.query_params.get("mrn", "")
        return {"mrn": mrn, "events": [event.as_node() for event in self._cloud.log(mrn)]}

    @_forgiving
    async def requests(self, _request: Request) -> object:
        ledger = self._cloud.ledger
        return {"received": ledger.received, "requests": [asked.as_json() for asked in ledger]}

    @_forgiving
    async def forget(self, _request: Request) -> object:
        self._cloud.ledger.clear()
        return {"received": 0, "requests": []}

    @_forgiving
    async def service_account(self, request: Request) -> object:
        return self._cloud.service_account(request.path_params["name"], f"{request.url.scheme}://{request.url.netloc}")

    @_forgiving
    async def reset(self, _request: Request) -> object:
        self._cloud.reset()
        return self._cloud.state()
