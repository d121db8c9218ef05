"""The log: one line an event on stderr, JSON for machines or coloured for people, and never a secret.

Libraries log through it too. Those that would log whole requests or statements are kept to their warnings, whatever the
level is.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_REDACTED: Final = "[redacted]"
_SHORTEST_SECRET: Final = 6
"""A shorter one would take ordinary words out of the log, and is no secret to anybody."""

_TOKENS: Final = (
    r"(?:xoxe\.)?xox[a-z]-[\w-]+",
    r"xapp-[\w-]+",
    r"eyJ[\w-]{8,}(?:\.[\w-]*){0,2}",  # a JWT, or the beginning of one
    r"(?<=Bearer )[^\s\"',]+",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    r"(?<=https://hooks\.slack\.com/)[^\s\"'>]+",
    r"(?<=://)[^\s/:@]*:[^\s/@]+(?=@)",  # a proxy's user and password
)
_CHATTY: Final = (
    "aiohttp.access",
    "alembic",
    "asyncio",
    "httpx",
    "psycopg",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "urllib3",
)
_CONTROL: Final = re.compile(
    r"\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


class Redactor:
    """Takes secrets out of a text: what looks like a token anywhere, and the given values in whatever quotation."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spellings = {spelling for secret in secrets if len(secret) >= _SHORTEST_SECRET for spelling in _spelled(secret)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join([*map(re.escape, longest_first), *_TOKENS]), re.DOTALL)

    def __call__(self, text: str) -> str:
        """The text without its secrets."""
        return self._pattern.sub(_REDACTED, text)


def _spelled(secret: str) -> Iterator[str]:
    """The secret as itself, quoted by Python, and either of these in JSON."""
    for spelling in (secret, repr(secret)[1:-1]):
        yield spelling
        yield json.dumps(spelling)[1:-1]


def configure(
    level: str,
    form: Literal["json", "console"] | None = None,
    *,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> Redactor:
    """Send every log, of ours and of libraries, to ``stream`` (stderr), and return what keeps the secrets out of it.

    ``level`` is a name such as ``info``. Where ``form`` is None the stream decides: console on a terminal, else JSON.
    """
    stream = stream or sys.stderr
    redact = Redactor(secrets)
    threshold = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _spell_durations,
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Formatter(redact, shared, form or ("console" if stream.isatty() else "json"), stream))
    logging.basicConfig(handlers=[handler], level=threshold, force=True)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # a line that cannot be written would be shown in full, secrets and all
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    return redact


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Renders a line, and only then takes the secrets out: by then they can hide nowhere."""

    def __init__(self, redact: Redactor, shared: list[Processor], form: str, stream: TextIO) -> None:
        super().__init__(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(form, stream)],
        )
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        line = self._redact(super().format(record))
        return _CONTROL.sub(lambda match: ascii(match[0])[1:-1], line)


def _rendering(form: str, stream: TextIO) -> list[Processor]:
    if form == "json":
        return [structlog.processors.format_exc_info, _in_reading_order, structlog.processors.JSONRenderer()]
    return [
        structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), repr_native_str=True, exception_formatter=structlog.dev.plain_traceback
        )
    ]


def _spell_durations(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Give lengths of time as seconds."""
    for key, value in event.items():
        if isinstance(value, timedelta):
            event[key] = value.total_seconds()
    return event


def _in_reading_order(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put first what a reader looks for first."""
    return {**{key: event.pop(key) for key in ("timestamp", "level", "event") if key in event}, **event}
