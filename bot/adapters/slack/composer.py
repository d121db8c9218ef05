"""Messages for Slack from what is to be told; fulfils the port of the same name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.adapters.slack.views import outages
from bot.adapters.slack.views.alerts import alert_parts
from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.digests import digest_parts
from bot.adapters.slack.views.forms import unadorned
from bot.domain.access import ChannelId, UserId
from bot.domain.deliveries import Message, Parcel
from bot.domain.digests import Digest, DigestId, ScopeHealth, identify
from bot.domain.scopes import Scope, ScopeCatalog
from bot.domain.subscriptions import Mode, Subscription


class SlackComposer:
    """Composes messages in Block Kit. Pure: the same gives the same, whichever process composes it."""

    def __init__(self, catalog: ScopeCatalog) -> None:
        """``catalog`` knows what people call the scopes."""
        self._catalog = catalog

    def digest(self, digest: Digest) -> Parcel:
        """The digest, or the alert, with its details for the thread; that nothing happened where it has no event."""
        if not digest.entries:
            return self.quiet(digest)
        terms = digest.subscription.terms
        parts = alert_parts if terms.mode is Mode.ALERT else digest_parts
        return Parcel(digest.id, terms.channel, parts(digest, self._catalog))

    def quiet(self, digest: Digest) -> Parcel:
        """That nothing happened, and that the sources are healthy."""
        return _notice(digest.id, digest.subscription.terms.channel, outages.quiet(digest, self._catalog))

    def down(self, health: ScopeHealth, channel: ChannelId) -> Parcel:
        """That a scope cannot be read, since when and why; once for an outage, whoever tells it."""
        key = _outage("down", health.scope, health.last_read or health.watched_since, channel)
        return _notice(key, channel, outages.down(health, self._catalog))

    def recovered(self, health: ScopeHealth, channel: ChannelId) -> Parcel:
        """That it can be read again, and the gap that was closed; once for an outage, whoever tells it."""
        since = health.gap_since or health.watched_since
        told = _notice(
            _outage("recovered", health.scope, since, channel), channel, outages.recovered(health, self._catalog)
        )
        return replace(told, follows=_outage("down", health.scope, since, channel))

    def stopped(self, subscription: Subscription, owner: UserId) -> Parcel:
        """To its owner in person: that a subscription was stopped, why, and how to resume it; once for a stop."""
        key = identify("stopped", subscription.key, str(subscription.version), subscription.reason, owner)
        return _notice(key, ChannelId(owner), outages.stopped(subscription, self._catalog))


def _outage(what: str, scope: Scope, since: datetime, channel: ChannelId) -> DigestId:
    return identify(what, *_named(scope), _iso(since), channel)


def _notice(key: DigestId, channel: ChannelId, form: Json) -> Parcel:
    return Parcel(key, channel, (Message((form, unadorned(form))),), is_digest=False)


def _named(scope: Scope) -> tuple[str, str]:
    return scope.region.value, scope.mrn


def _iso(moment: datetime) -> str:
    return moment.isoformat()
