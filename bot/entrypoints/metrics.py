"""Figures about the bot's work, for Prometheus. No label of theirs holds what somebody typed, or an id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_PATIENCE_S: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The figures of one process.

    Args:
        version: The bot's own.
        in_flight: How many requests are being answered now.
    """

    def __init__(self, version: str, in_flight: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        Info("mondoo_audit_bot", "The bot.", registry=self._registry).info({"version": version})
        running = Gauge("mondoo_audit_bot_requests_in_flight", "Requests being answered.", registry=self._registry)
        running.set_function(in_flight)
        self._requests = Counter(
            "mondoo_audit_bot_requests",
            "Commands and clicks, by what was asked and how it ended.",
            ("verb", "outcome"),
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "mondoo_audit_bot_request_seconds",
            "From a command or click to its answer.",
            ("verb",),
            buckets=_PATIENCE_S,
            registry=self._registry,
        )
        self._pages = Counter(
            "mondoo_audit_bot_mondoo_pages",
            "Pages asked of Mondoo, by how that ended after all retries.",
            ("outcome",),
            registry=self._registry,
        )
        self._page_seconds = Histogram(
            "mondoo_audit_bot_mondoo_page_seconds",
            "From asking for a page to having it, with all retries.",
            buckets=_PATIENCE_S,
            registry=self._registry,
        )
        self._retries = Counter(
            "mondoo_audit_bot_retries",
            "Calls that were repeated, by service and what had gone wrong.",
            ("service", "reason"),
            registry=self._registry,
        )
        self._reads = Counter(
            "mondoo_audit_bot_reads",
            "Reads of scopes for those who subscribe to them, by how they ended.",
            ("outcome",),
            registry=self._registry,
        )
        self._new_events = Counter(
            "mondoo_audit_bot_new_events", "Events that such a read found for the first time.", registry=self._registry
        )
        self._lag = Gauge(
            "mondoo_audit_bot_lag_seconds",
            "How old what is known of a subscribed scope is, at most.",
            registry=self._registry,
        )
        self._stopped = Gauge(
            "mondoo_audit_bot_subscriptions_stopped",
            "Subscriptions that the bot stopped, since their channel cannot be posted to.",
            registry=self._registry,
        )
        self._parts = Counter(
            "mondoo_audit_bot_deliveries",
            "Attempts to deliver parts of digests and notices, and looks into history, by what became of the part.",
            ("state",),
            registry=self._registry,
        )

    def request_ended(self, verb: str, outcome: str, took: timedelta) -> None:
        """Count a request of somebody in Slack; an unexpected error without the reference that is its own."""
        self._requests.labels(verb, "error" if outcome.startswith("error ") else outcome).inc()
        self._request_seconds.labels(verb).observe(took.total_seconds())

    def page_ended(self, outcome: str, took: timedelta) -> None:
        """Count a page of Mondoo's."""
        self._pages.labels(outcome).inc()
        self._page_seconds.observe(took.total_seconds())

    def retried(self, service: str, reason: str) -> None:
        """Count a repeated call."""
        self._retries.labels(service, reason).inc()

    def read_ended(self, outcome: str, new: int) -> None:
        """Count a read of a scope, and the new events that it found."""
        self._reads.labels(outcome).inc()
        self._new_events.inc(new)

    def part_handled(self, state: str) -> None:
        """Count an attempt to deliver a part of a digest or a notice, by what became of it."""
        self._parts.labels(state).inc()

    def looked(self, lag: timedelta, stopped: int) -> None:
        """Note how old what is known of a scope is at most, and how many subscriptions are stopped."""
        self._lag.set(lag.total_seconds())
        self._stopped.set(stopped)

    def exposition(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)
