"""A log that is set up with the first line that there is to write: a question that goes well has none.

What renders lines takes longer to import than Mondoo to answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable


def set_up_with_first_line(level: str, configure: Callable[[], object]) -> None:
    """Call ``configure`` when a library logs something of that level, or warns, and then let that line through.

    Args:
        level: Its name, such as ``error``.
        configure: Replaces the handlers of the root logger.
    """
    logging.basicConfig(handlers=[_FirstLine(configure)], level=level.upper(), force=True)
    logging.captureWarnings(capture=True)


class _FirstLine(logging.Handler):
    def __init__(self, configure: Callable[[], object]) -> None:
        super().__init__()
        self._configure = configure

    def emit(self, record: logging.LogRecord) -> None:
        self._configure()
        logger = logging.getLogger(record.name)
        if logger.isEnabledFor(record.levelno):  # the set-up may keep some libraries to their warnings
            logger.handle(record)
