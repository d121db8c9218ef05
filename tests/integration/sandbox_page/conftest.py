"""A workspace whose clock stands still, and eyes to read it with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from bot.sandbox.page.reader import Reader
from bot.sandbox.page.session import Session
from bot.sandbox.slack import Workspace, cast
from bot.sandbox.slack.clock import Clock
from bot.sandbox.slack.ids import ChannelId, Ts, UserId
from bot.sandbox.slack.messages import Message

NOON = datetime(2024, 5, 8, 12, 0, tzinfo=UTC)


@dataclass
class Seen(HTMLParser):
    """What a browser makes of markup: its elements with their attributes, and its text."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "br":
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


See = Callable[[str], Seen]
Post = Callable[..., Message]


@pytest.fixture
def see() -> See:
    """Reads markup as a browser does."""

    def seen(markup: str) -> Seen:
        page = Seen()
        page.feed(str(markup))
        page.close()
        return page

    return seen


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(Clock(lambda: NOON), seed=1)


@pytest.fixture
def reader(workspace: Workspace) -> Reader:
    """Mei, in Tokyo."""
    return Reader(workspace, workspace.people[cast.MEMBER])


@pytest.fixture
def session(workspace: Workspace) -> Session:
    """Olivia, the owner, before #security-audit."""
    return Session(workspace)


@pytest.fixture
def post(workspace: Workspace) -> Post:
    """Posts to #security-audit, as the app unless told otherwise; `at` is a moment."""

    def post(
        text: str = "",
        *,
        user: UserId = cast.BOT_USER,
        channel: ChannelId = cast.SECURITY_AUDIT,
        at: datetime = NOON,
        **more: object,
    ) -> Message:
        ts = Ts(f"{at.timestamp():.6f}")
        return workspace.post(Message(channel, ts, user, text, **more), "test")  # type: ignore[arg-type]

    return post
