"""Messages for the simulation: they name the events that they tell of, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.access import ChannelId, UserId
from bot.domain.deliveries import Message, Parcel
from bot.domain.digests import Digest, ScopeHealth, identify
from bot.domain.events import AuditEvent
from bot.domain.subscriptions import Subscription

EVENTS_A_PART = 4


def name_of(event: AuditEvent) -> str:
    """What tells the event from all others, but for its true twins."""
    return f"{event.scope.id} {event.timestamp} {event.actor_name} {event.message}"


class ListingComposer:
    """A :class:`~bot.ports.Composer` whose messages have two forms, each with ``events``, a tuple of names.

    A digest's first form says in ``muted`` how many events each rule has muted, and in ``forgotten`` how many are gone.
    """

    def digest(self, digest: Digest) -> Parcel:
        if not digest.entries:
            return self.quiet(digest)
        names = [name_of(entry.event) for entry in digest.entries]
        parts = [_message(names[at : at + EVENTS_A_PART], digest) for at in range(0, len(names), EVENTS_A_PART)]
        return Parcel(digest.id, digest.subscription.terms.channel, parts)

    def quiet(self, digest: Digest) -> Parcel:
        return Parcel(digest.id, digest.subscription.terms.channel, [_message([], digest)])

    def down(self, health: ScopeHealth, channel: ChannelId) -> Parcel:
        return _notice(channel, "down", health.scope.mrn, str(health.last_read))

    def recovered(self, health: ScopeHealth, channel: ChannelId) -> Parcel:
        told = _notice(channel, "down", health.scope.mrn, str(health.gap_since))
        return replace(_notice(channel, "recovered", health.scope.mrn, str(health.gap_since)), follows=told.id)

    def stopped(self, subscription: Subscription, owner: UserId) -> Parcel:
        return _notice(ChannelId(owner), "stopped", subscription.key, str(subscription.version))


def _message(names: list[str], digest: Digest | None = None) -> Message:
    muted = {str(mute): count for mute, count in digest.muted.items()} if digest else {}
    forgotten = digest.forgotten if digest else 0
    rich = {"events": tuple(names), "rich": True, "muted": muted, "forgotten": forgotten}
    return Message((rich, {"events": tuple(names)}))


def _notice(channel: ChannelId, *words: str) -> Parcel:
    return Parcel(identify(channel, *words), channel, [_message([])], is_digest=False)
