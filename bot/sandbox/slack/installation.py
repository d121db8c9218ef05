"""The app as installed in the workspace: everything that its calls and its payloads go through."""

from __future__ import annotations

from bot.sandbox.slack.clock import Clock
from bot.sandbox.slack.credentials import Credentials
from bot.sandbox.slack.delivery import Courier
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.rate_limits import RateLimits
from bot.sandbox.slack.response_urls import ResponseUrls
from bot.sandbox.slack.settings import Settings, Transport
from bot.sandbox.slack.signed_http import SignedHttp
from bot.sandbox.slack.socket_mode import SocketMode
from bot.sandbox.slack.transcript import Transcript
from bot.sandbox.slack.triggers import Triggers
from bot.sandbox.slack.trouble import Trouble
from bot.sandbox.slack.uploads import Uploads
from bot.sandbox.slack.view_stack import ViewStack
from bot.sandbox.slack.workspace import Workspace


class Installation:
    """One app in one workspace.

    Args:
        base_url: The address under which this server is reached, without a slash at the end.
        manifest: What the app may do and is registered for.
        clock: The workspace's time.
        settings: The switches.
        seed: What ids are drawn from.
    """

    def __init__(self, base_url: str, manifest: Manifest, clock: Clock, settings: Settings, seed: int) -> None:
        self.base_url = base_url
        self.manifest = manifest
        self.clock = clock
        self.settings = settings
        self.credentials = Credentials()
        self.workspace = Workspace(clock, seed)
        self.faults = Faults()
        self.trouble = Trouble(self.faults)
        self.rate_limits = RateLimits(lambda: clock.now().timestamp())
        self.triggers = Triggers(self.workspace)
        self.view_stack = ViewStack(self.workspace, settings)
        self.response_urls = ResponseUrls(self.workspace, settings)
        self.uploads = Uploads(self.workspace)
        self.transcript = Transcript(self.workspace, base_url)
        self.socket = SocketMode(self.workspace, settings, seed)
        self.http = SignedHttp(self.credentials, settings)
        self.courier = Courier(
            self.workspace,
            manifest,
            self.credentials,
            settings,
            {Transport.SOCKET: self.socket, Transport.HTTP: self.http},
        )

    def reset(self) -> None:
        """Starts the workspace anew; settings stay, sockets stay open."""
        self.faults.clear()
        self.rate_limits.clear()
        self.triggers.clear()
        self.response_urls.clear()
        self.uploads.clear()
        self.workspace.reset()

    async def aclose(self) -> None:
        """Ends what runs in the background, and requests that hang on purpose."""
        self.trouble.end()
        await self.courier.aclose()
        await self.socket.aclose()
        await self.http.aclose()
