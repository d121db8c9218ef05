"""What can keep the sandbox from starting. Each message is a sentence for the person who started it."""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox cannot start."""


class PortTakenError(SandboxError):
    """Another program listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is taken; choose another with --port")


class AddressError(SandboxError):
    """The address cannot be listened on: it is none of this machine's, or not for ordinary users."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"Cannot listen on {host}, port {port}: {reason}")


class ManifestMissingError(SandboxError):
    """There is no app manifest to install."""

    def __init__(self) -> None:
        super().__init__("There is no manifest.yml beside the program; name one with --manifest")
