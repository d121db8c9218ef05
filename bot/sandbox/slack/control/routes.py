"""The routes of the control port."""

from __future__ import annotations

from collections.abc import Callable

from starlette.routing import BaseRoute, Route

from bot.sandbox.slack.control.acting import Acting
from bot.sandbox.slack.control.desk import Desk, Handler, endpoint
from bot.sandbox.slack.control.reading import Reading
from bot.sandbox.slack.control.steering import Steering
from bot.sandbox.slack.ids import UserId
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.person import Person


class Control:
    """The control port of one workspace."""

    def __init__(self, app: Installation, person: Callable[[UserId], Person]) -> None:
        desk = Desk(app, person)
        self._reading = Reading(desk)
        self._acting = Acting(desk)
        self._steering = Steering(desk)

    def routes(self) -> list[BaseRoute]:
        """Gives the routes, to be mounted together below a path of their own."""
        reading, acting, steering = self._reading, self._acting, self._steering
        return [
            _get("/state", reading.state),
            _get("/messages", reading.messages),
            _get("/views", reading.views),
            _get("/changes", reading.changes),
            _get("/ledger", reading.ledger),
            _get("/posts", reading.posts),
            _get("/faults", reading.faults),
            _get("/settings", reading.settings),
            Route("/files/{file}", reading.file),
            _post("/type", acting.type),
            _post("/click", acting.click),
            _post("/suggest", acting.suggest),
            _post("/submit", acting.submit),
            _post("/close", acting.close),
            _post("/home", acting.home),
            _post("/shortcut", acting.shortcut),
            _post("/settings", steering.settings),
            _post("/faults", steering.add_fault),
            Route("/faults", endpoint(steering.clear_faults), methods=["DELETE"]),
            _post("/clock", steering.clock),
            _post("/channels", steering.add_channel),
            _post("/channels/{channel}/{act}", steering.change_channel),
            _post("/sockets", steering.sockets),
            _post("/replay", steering.replay),
            _post("/reset", steering.reset),
        ]


def _get(path: str, handler: Handler) -> Route:
    return Route(path, endpoint(handler), methods=["GET"])


def _post(path: str, handler: Handler) -> Route:
    return Route(path, endpoint(handler), methods=["POST"])
