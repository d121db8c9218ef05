"""How Slack says no."""

from __future__ import annotations

from collections.abc import Mapping

from bot.sandbox.slack.shapes import Json


class RefusedError(Exception):
    """Slack refuses a call: `error` is its code, `extra` the rest of the body."""

    def __init__(self, error: str, extra: Mapping[str, object] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.extra = dict(extra or {})

    def body(self) -> Json:
        """Gives the body of the answer."""
        return {"ok": False, "error": self.error, **self.extra}


class RateLimitedError(RefusedError):
    """Slack refuses a call that came too soon; `retry_after_s` are whole seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("ratelimited")
        self.retry_after_s = retry_after_s


def invalid_arguments(*complaints: str) -> RefusedError:
    """Gives the refusal of a call whose arguments are wrong."""
    messages = [f"[ERROR] {words}" for words in complaints]
    return RefusedError("invalid_arguments", {"response_metadata": {"messages": messages}})
