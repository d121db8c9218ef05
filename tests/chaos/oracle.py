"""The judge: what Mondoo holds against what Slack shows, event by event, as multisets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.adapters.slack.messenger import REPEAT
from bot.sandbox.slack.ids import ChannelId
from bot.sandbox.slack.ledger import EntryKind
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.workspace import Workspace

from .history import SERIAL

_HARMLESS = frozenset({None, "ratelimited"})


@dataclass(frozen=True, slots=True)
class Posting:
    """Something that Slack took from the bot."""

    channel: ChannelId
    part: str
    """The id in its metadata, or the file's name."""
    serials: Counter[str]
    """The events that it shows whole."""
    labelled: bool = False
    """Whether it says that it may be a repeat."""


@dataclass(slots=True)
class Verdict:
    """What is wrong, and how much there was to judge; nothing is wrong where ``complaints`` is empty."""

    lost: Counter[str] = field(default_factory=Counter)
    surplus: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    events: int = 0
    """Events that somebody had to be told of, once for each who had to be."""
    posted: int = 0
    parcels: int = 0
    """Digests, alerts and notices."""
    labelled: int = 0


def judge(
    expected: Mapping[ChannelId, Counter[str]],
    postings: Iterable[Posting],
    *,
    may_label: bool = False,
    refusals: Iterable[str] = (),
) -> Verdict:
    """Hold what Slack took against what it should have been given.

    Args:
        expected: for each channel, the events to tell there, as often as Mondoo holds them.
        postings: all that the bot posted anywhere.
        may_label: whether history was ever made unreadable, so that repeats that say so are in order.
        refusals: what Slack refused and should not have been asked.
    """
    verdict = Verdict(events=sum(each.total() for each in expected.values()))
    shown: dict[ChannelId, Counter[str]] = {}
    parts: set[str] = set()
    for posting in postings:
        verdict.posted += 1
        verdict.labelled += posting.labelled
        if posting.labelled and not may_label:
            verdict.complaints.append(f"{posting.part} says that it may be a repeat, though nothing hindered a look")
        if posting.part in parts:
            if not posting.labelled:
                verdict.complaints.append(f"{posting.part} was posted twice, and does not say so")
            continue
        parts.add(posting.part)
        shown.setdefault(posting.channel, Counter()).update(posting.serials)
    verdict.parcels = sum("." not in part for part in parts)
    for channel in expected.keys() | shown.keys():
        wanted, given = expected.get(channel, Counter[str]()), shown.get(channel, Counter[str]())
        verdict.lost += wanted - given
        verdict.surplus += given - wanted
        verdict.complaints += [f"{channel} lacks {serial}, {n} ×" for serial, n in sorted((wanted - given).items())]
        for serial, n in sorted((given - wanted).items()):
            fault = "repeats" if serial in wanted else "shows what it should not,"
            verdict.complaints.append(f"{channel} {fault} {serial}, {n} ×")
    verdict.complaints += [f"Slack refused: {refusal}" for refusal in refusals]
    return verdict


def postings(workspace: Workspace) -> Iterator[Posting]:
    """Everything that the bot posted, in every channel."""
    for channel in workspace.channels:
        for message in workspace.timelines.all(channel):
            if message.bot_id is not None and message.ephemeral_for is None and (message.metadata or message.files):
                yield _posting(workspace, message)


def refusals(workspace: Workspace, *, allowed: Iterable[str] = ()) -> list[str]:
    """What Slack refused, other than for being called too often or for what is allowed: the error and the method."""
    fine = _HARMLESS | set(allowed)
    answers = (entry.facts for entry in workspace.ledger.entries(EntryKind.API_ANSWER))
    return [f"{answer['method']}: {answer['error']}" for answer in answers if answer["error"] not in fine]


def _posting(workspace: Workspace, message: Message) -> Posting:
    if message.files:
        (file,) = (workspace.files[each] for each in message.files)
        text = (file.content or b"").decode()
        return Posting(message.channel, file.name, Counter(SERIAL.findall(text)), REPEAT in message.text)
    assert message.metadata is not None
    texts = list(_texts([*message.blocks, *message.attachments]))
    serials = Counter(serial for text in texts for serial in SERIAL.findall(text))
    return Posting(message.channel, message.metadata["event_payload"]["id"], serials, any(map(REPEAT.__eq__, texts)))


def _texts(piece: object) -> Iterator[str]:
    """All text in blocks, but for fallbacks, which say again what the blocks say."""
    match piece:
        case {"text": str(text)}:
            yield text
        case dict():
            for name, value in piece.items():
                if name != "fallback":
                    yield from _texts(value)
        case list() | tuple():
            for each in piece:
                yield from _texts(each)
        case _:
            pass
