"""The loop that Mondoo's documentation leads to, as a program: ``python -m benchmarks.documented MRN FILE``.

It asks page by page, each after the cursor of the one before, and writes a line for each event. That is what a reader
of the documentation would write, at its best: the largest pages there are rather than the example's 25 events, and one
connection that is kept, where a call of ``requests.post`` for each page would open one each time.

Source: https://mondoo.com/docs/maintain/log
"""

from __future__ import annotations

import json
import os
import sys
from importlib.resources import files
from pathlib import Path

import httpx


def main(mrn: str, path: str) -> None:
    """Write the whole log to a file, newest first."""
    query = files("bot.sandbox.mondoo").joinpath("documented.graphql").read_text("utf-8")
    variables: dict[str, object] = {"first": 100, "resourceMrn": mrn}
    headers = {"Authorization": f"Bearer {os.environ['MONDOO_API_TOKEN']}"}
    with httpx.Client(headers=headers, timeout=60) as client, Path(path).open("w", encoding="utf-8") as lines:
        while True:
            answer = client.post(os.environ["MONDOO_API_URL"], json={"query": query, "variables": variables})
            log = json.loads(answer.content)["data"]["auditlog"]
            lines.writelines(json.dumps(edge["node"]) + "\n" for edge in log["edges"])
            if not log["pageInfo"]["hasNextPage"]:
                break
            variables["after"] = log["pageInfo"]["endCursor"]


if __name__ == "__main__":
    main(*sys.argv[1:])
