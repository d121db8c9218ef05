"""The whole sandbox on one port: Mondoo, Slack, their controls, and the page."""

from __future__ import annotations

import json
import shlex
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route

from bot.sandbox.errors import ManifestMissingError
from bot.sandbox.listening import address_of, listen, serving
from bot.sandbox.mondoo import MondooCloud
from bot.sandbox.mondoo.documented import SCOPE as DOCUMENTED
from bot.sandbox.slack import SlackCloud, Transport
from bot.sandbox.slack.clock import utc_now

if TYPE_CHECKING:
    from bot.sandbox.page.stage import Stage

LOOPBACK: Final = "127.0.0.1"
PORT: Final = 8080
_DOCUMENTED_BODY: Final = """\
{
  "variables": {
    "first": 25,
    "resourceMrn": "%s"
  },
  "query": "%s"
}
"""
"""As it is documented, line breaks within a text included, which JSON has none of.

Source: https://mondoo.com/docs/maintain/log
"""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox.

    Attributes:
        base_url: Where it is reached from this machine, such as `http://127.0.0.1:8080`; the page is there.
        mondoo: Mondoo, to look at and to change.
        slack: Slack, likewise.
    """

    base_url: str
    mondoo: MondooCloud
    slack: SlackCloud

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that point a bot here, with a token for all of Mondoo's US region."""
        return {
            **self.slack.environment,
            "MONDOO_API_URL": f"{self.base_url}/query",
            "MONDOO_API_TOKEN": self.mondoo.tokens["all-us"],
        }

    @property
    def curl(self) -> str:
        """The documented question to Mondoo's API as a command line, whose answer is the documented one."""
        body = {"query": " ".join(_documented().split()), "variables": {"first": 25, "resourceMrn": DOCUMENTED.mrn}}
        return self._curl(shlex.quote(json.dumps(body)))

    def curl_with(self, query: Path) -> str:
        """The same in the documented form, which reads the question from a file: it is written to `query`."""
        query.write_text(_DOCUMENTED_BODY % (DOCUMENTED.mrn, _documented().rstrip()), encoding="utf-8")
        return self._curl(shlex.quote(f"@{query}"))

    def _curl(self, data: str) -> str:
        return (
            "curl -g -X POST \\\n"
            f'  -H "Authorization: Bearer {self.mondoo.tokens[DOCUMENTED.id]}" \\\n'
            '  -H "Content-Type: application/json" \\\n'
            f"  -d {data} \\\n"
            f"  {self.base_url}/query"
        )

    def reset(self) -> None:
        """Sets everything back to the beginning; the bot's connections stay."""
        self.mondoo.reset()
        self.slack.reset()


@asynccontextmanager
async def serve(  # noqa: PLR0913 — a door with a switch for each lamp
    host: str = LOOPBACK,
    port: int = PORT,
    *,
    manifest: Path | Mapping[str, Any] | None = None,
    page: bool = True,
    seed: int = 1,
    now: Callable[[], datetime] = utc_now,
) -> AsyncIterator[Sandbox]:
    """Runs the sandbox until the context ends.

    Args:
        host: What to listen on; this machine alone unless told otherwise.
        port: 0 for a free one.
        manifest: The app to install, a file or its parsed content; by default the project's own.
        page: Whether to serve the page at `/`, which one sandbox a process can. Without it the start takes less time.
        seed: What histories, ids and chances are drawn from.
        now: Where time comes from.

    Raises:
        PortTakenError: Somebody else listens there. Nothing has been started then.
        AddressError: The address cannot be listened on, likewise.
        ManifestMissingError: No manifest was given, and the project's own is not to be found.
    """
    with closing(listen(host, port)) as listener:
        base_url = address_of(listener)
        slack = SlackCloud(base_url, manifest if manifest is not None else own_manifest(), now=now, seed=seed)
        sandbox = Sandbox(base_url, MondooCloud(now(), seed, clock=now), slack)
        async with AsyncExitStack() as stack:
            front = await stack.enter_async_context(_page(sandbox)) if page else _without_page(sandbox)
            await stack.enter_async_context(serving(Starlette(routes=[*_routes(sandbox), front]), listener))
            stack.push_async_callback(slack.aclose)
            stack.callback(sandbox.mondoo.close)
            yield sandbox


def _documented() -> str:
    return files("bot.sandbox.mondoo").joinpath("documented.graphql").read_text("utf-8")


def own_manifest() -> Path:
    """Gives the project's manifest: the one packed into the distribution, or the one at the top of a checkout.

    Raises:
        ManifestMissingError: There is neither.
    """
    here = Path(__file__).parent
    for place in (here / "manifest.yml", here.parents[1] / "manifest.yml"):
        if place.is_file():
            return place
    raise ManifestMissingError


def _routes(sandbox: Sandbox) -> list[BaseRoute]:
    return [
        *sandbox.mondoo.routes(),
        *sandbox.slack.routes(),
        Mount("/_sandbox/mondoo", routes=sandbox.mondoo.control_routes()),
        Mount("/_sandbox/slack", routes=sandbox.slack.control_routes()),
    ]


@asynccontextmanager
async def _page(sandbox: Sandbox) -> AsyncIterator[BaseRoute]:
    from bot.sandbox.page.app import page  # noqa: PLC0415 — NiceGUI takes a second to load, and not all want it

    async with page(stage_of(sandbox)) as app:
        yield Mount("/", app)


def _without_page(sandbox: Sandbox) -> BaseRoute:
    async def addresses(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("".join(f"{name}={value}\n" for name, value in sandbox.environment.items()))

    return Route("/", addresses)


def stage_of(sandbox: Sandbox) -> Stage:
    """Gives the sandbox as the page needs to know it."""
    from bot.sandbox.page.moods import MondooParty, SlackParty  # noqa: PLC0415 — part of the page
    from bot.sandbox.page.stage import Stage  # noqa: PLC0415 — likewise
    from bot.sandbox.slack.transcript import Transcript  # noqa: PLC0415 — likewise

    mondoo, slack = sandbox.mondoo, sandbox.slack
    transcript = Transcript(slack.workspace, sandbox.base_url)
    return Stage(
        workspace=slack.workspace,
        manifest=slack.manifest,
        person=slack.person,
        as_json=lambda message: transcript.message(message, with_metadata=True),
        connections=lambda: 1 if slack.settings.transport is Transport.HTTP else slack.socket.count,
        environment=sandbox.environment,
        scopes=lambda: [
            (tenant.scope.mrn, f"{tenant.scope.name} ({tenant.scope.kind}, {region.title})")
            for region in mondoo.regions.values()
            for tenant in region.tenants.values()
        ],
        happen=mondoo.happen,
        change_channel=slack.change_channel,
        parties=(MondooParty(mondoo), SlackParty(slack.faults)),
        curl=sandbox.curl,
        reset=sandbox.reset,
    )
