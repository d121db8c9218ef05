"""The forms in which answers and files are written."""

from __future__ import annotations

from enum import Enum


class Format(Enum):
    """How an answer is written out. The value is the word that commands use."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"


class FileFormat(Enum):
    """How an answer is written to a file. The value is the word that commands use."""

    CSV = "csv"
    NDJSON = "ndjson"
    OCSF = "ocsf"
    """JSON lines in the terms of the Open Cybersecurity Schema Framework."""
