"""What is told of each retry: whom it is for, why, and after how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from stamina.instrumentation import RetryDetails, set_on_retry_hooks

Service = Literal["mondoo", "slack"]
OnRetry = Callable[[Service, Exception, timedelta], None]


def on_retry(told: OnRetry) -> None:
    """Call ``told`` whenever a call is about to be repeated, in place of the library's log line.

    That line shows the arguments of the call, among which may be an address that nobody should see.
    """

    def hook(details: RetryDetails) -> None:
        service: Service = "mondoo" if details.name.startswith("bot.adapters.mondoo.") else "slack"
        told(service, details.caused_by, timedelta(seconds=details.wait_for))

    set_on_retry_hooks([hook])
