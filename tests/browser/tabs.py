"""Tabs that go from test to test: a new one costs as much as several tests do."""

from __future__ import annotations

from typing import Literal

from playwright.async_api import Browser, ConsoleMessage, Page, Request

Theme = Literal["light", "dark"]


class Tab:
    """A page in a profile of its own, and what it complained of since it was last asked."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._origin = ""
        self._complaints: list[str] = []
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.on("dialog", lambda dialog: self._complaints.append(f"dialog: {dialog.message}"))
        page.on("console", self._hear)
        page.on("request", self._watch)

    async def show(self, address: str, width: int, height: int, theme: Theme) -> None:
        """Open an address in a window of this size, with a person who touched nothing yet."""
        self._origin = "/".join(address.split("/", 3)[:3])
        await self.page.set_viewport_size({"width": width, "height": height})
        await self.page.emulate_media(color_scheme=theme)
        await self.page.mouse.move(0, 0)
        await self.page.goto(address)
        await self.page.wait_for_function("window.did_handshake")

    async def leave(self) -> list[str]:
        """Forget the person, show nothing, and give what there was to complain of."""
        await self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        await self.page.goto("about:blank")
        complaints, self._complaints = self._complaints, []
        return complaints

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            self._complaints.append(said.text)

    def _watch(self, request: Request) -> None:
        """Nobody else's server is asked for anything."""
        own = (self._origin, self._origin.replace("http", "ws", 1), "data:", "blob:", "about:")
        if not request.url.startswith(own):
            self._complaints.append(request.url)


class Tabs:
    """The tabs of a browser, each lent to one test at a time."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[Tab] = []
        self._lent: list[Tab] = []

    async def open(self, address: str, *, width: int = 1280, height: int = 800, theme: Theme = "light") -> Page:
        """A tab that nobody else has, with the page at this address, ready to be worked with."""
        tab = self._free.pop() if self._free else await self._new()
        self._lent.append(tab)
        await tab.show(address, width, height, theme)
        return tab.page

    async def leave(self) -> None:
        """Take all of them back; none of them may have complained, nor asked another server for anything."""
        complaints: list[str] = []
        while self._lent:
            tab = self._lent.pop()
            complaints += await tab.leave()
            self._free.append(tab)
        assert complaints == []

    async def _new(self) -> Tab:
        context = await self._browser.new_context(
            reduced_motion="reduce", permissions=["clipboard-read", "clipboard-write"]
        )
        return Tab(await context.new_page())
