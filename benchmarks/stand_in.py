"""Mondoo with one event in every log, as cheap as it can be: ``python -m benchmarks.stand_in SECONDS``.

It answers whatever it is asked, that long after the question, and tells at ``GET`` how often it was asked.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Final

from benchmarks.answering import serve

_NODE: Final = {
    "identity": {"name": "person@example.com", "mrn": "//captain.api.mondoo.app/users/1"},
    "resource": "//captain.api.mondoo.app/spaces/bench",
    "action": "com.mondoo.platform.audit.v1.UpdateTeamMembers",
    "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
    "msg": "updated the members of a team",
    "ip": "203.0.113.7",
    "parent": None,
}
_ANSWER: Final = json.dumps(
    {
        "data": {
            "auditlog": {
                "totalCount": 1,
                "edges": [{"cursor": "1", "node": _NODE}],
                "pageInfo": {"startCursor": "1", "endCursor": "1", "hasNextPage": False},
            }
        }
    }
).encode()


if __name__ == "__main__":
    asyncio.run(serve(lambda _: _ANSWER, float(sys.argv[1])))
