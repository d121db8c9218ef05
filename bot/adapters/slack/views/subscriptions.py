"""What is subscribed to, as answers to commands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.adapters.slack.views.blocks import Json, header, message, plain
from bot.domain.commands import render_subscription
from bot.domain.scopes import ScopeCatalog
from bot.domain.subscriptions import Subscription


def listing(subscriptions: Sequence[Subscription], *, catalog: ScopeCatalog, zone: str, now: datetime) -> Json:  # noqa: ARG001
    """Every subscription, one under the other."""
    lines = [f"{each.id}: {render_subscription(each.terms, catalog=catalog, visible=())}" for each in subscriptions]
    return message("Subscriptions", header("Subscriptions"), plain("\n".join(lines) or "There are none.", 2900))


def subscribed(subscription: Subscription, *, catalog: ScopeCatalog, now: datetime) -> Json:  # noqa: ARG001
    """That somebody subscribed."""
    return message("Subscribed", plain(f"Subscription {subscription.id} is at work.", 2900))


def changed(subscription: Subscription, what: str, *, catalog: ScopeCatalog) -> Json:  # noqa: ARG001
    """That a subscription was changed."""
    return message("Changed", plain(f"Subscription {subscription.id} {what}.", 2900))
