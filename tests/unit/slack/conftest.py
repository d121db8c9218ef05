"""Pages of answers to look at, and a snapshot that reads like the JSON that Slack gets."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compares with a JSON file per test."""
    return snapshot.use_extension(JSONSnapshotExtension)
