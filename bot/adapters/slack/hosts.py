"""Which hosts are Slack's, among the addresses that Slack's own messages name."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.adapters.slack.client import API_URL, is_loopback

Origin = tuple[str, str, int | None]
"""Scheme, host and port, the port None where it goes without saying."""


class TrustedHosts:
    """One of Slack's services: its usual host, and where the API is elsewhere also that host and the one beside it.

    A Slack on this machine may go by any of the machine's own names.
    """

    def __init__(self, service: str, api_url: str = API_URL) -> None:
        """``service`` is the first label of the usual host: ``hooks`` for ``hooks.slack.com``."""
        scheme, host, port = _origin(api_url)
        usual = {("https", f"{service}.slack.com", None)}
        beside = {(scheme, host, port), (scheme, f"{service}.{host}", port)}
        self.origins: frozenset[Origin] = frozenset(usual if api_url == API_URL else usual | beside)
        self._is_local = is_loopback(host)

    def trusts(self, url: str) -> bool:
        """Whether something may be sent to that address."""
        origin = scheme, host, _ = _origin(url)
        return origin in self.origins or (self._is_local and scheme in {"http", "https"} and is_loopback(host))


def _origin(url: str) -> Origin:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", "", None
    return parts.scheme, parts.hostname or "", port
