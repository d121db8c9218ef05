"""What the page stands on: the sandbox as the page needs to know it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.sandbox.page.moods import Party
from bot.sandbox.slack.ids import ChannelId, UserId
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Stage:
    """The sandbox behind the page.

    Attributes:
        workspace: Slack's workspace.
        manifest: What the app is registered for.
        person: Gives a person to act as.
        as_json: Gives a message as Slack's API shows it, with its metadata.
        connections: Gives how many sockets of the app are open, or 1 if it is reached over HTTP.
        environment: The settings that a bot needs to talk to this sandbox.
        scopes: Gives the scopes with a log: MRN and name.
        happen: Lets so many plausible events happen in the scope with an MRN, or in any if None, only such as say
            something if it is given.
        change_channel: Does one of the acts of `bot.sandbox.slack.renovation` to a channel.
        parties: Those whose behaviour can be changed.
        curl: The documented question to Mondoo's API as a command line.
        reset: Sets everything back to the beginning.
    """

    workspace: Workspace
    manifest: Manifest
    person: Callable[[UserId], Person]
    as_json: Callable[[Message], Json]
    connections: Callable[[], int]
    environment: Mapping[str, str]
    scopes: Callable[[], list[tuple[str, str]]]
    happen: Callable[[str | None, int, str | None], object]
    change_channel: Callable[[ChannelId, str], None]
    parties: tuple[Party, ...]
    curl: str
    reset: Callable[[], None]
