"""Mondoo's audit-log API as a real HTTP server on your own machine, with data and faults of its own.

`MondooCloud` is all that is needed to serve it; the effects of `effects` say what can go wrong.
"""

from bot.sandbox.mondoo.cloud import MondooCloud, UnknownScopeError
from bot.sandbox.mondoo.events import Event, Identity
from bot.sandbox.mondoo.faults import Fault
from bot.sandbox.mondoo.history import generate
from bot.sandbox.mondoo.settings import CursorKind, Settings, TieOrder, TooMany
from bot.sandbox.mondoo.wire import LentTransportProtocol

__all__ = [
    "CursorKind",
    "Event",
    "Fault",
    "Identity",
    "LentTransportProtocol",
    "MondooCloud",
    "Settings",
    "TieOrder",
    "TooMany",
    "UnknownScopeError",
    "generate",
]
