"""Uploads: the middle step between asking for an upload URL and completing the upload.

Source: https://docs.slack.dev/messaging/working-with-files#upload
"""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.slack.files import File
from bot.sandbox.slack.ids import FileId
from bot.sandbox.slack.ledger import EntryKind
from bot.sandbox.slack.workspace import Workspace


class Uploads:
    """The upload URLs given out, each for one file."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._by_path: dict[str, FileId] = {}

    def promise(self, file: File) -> str:
        """Gives the path to which the bytes of a new file go."""
        path = f"/upload/v1/{self._workspace.mint.secret(40)}"
        self._by_path[path] = file.id
        self._workspace.put_file(file)
        return path

    def receive(self, path: str, content: bytes) -> bool:
        """Takes the bytes of a file; gives False if the URL is unknown or the length is not as promised."""
        file_id = self._by_path.get(path)
        file = self._workspace.files.get(file_id) if file_id is not None else None
        is_right = file is not None and len(content) == file.length
        self._workspace.ledger.record(EntryKind.UPLOAD, file=file_id, length=len(content), is_accepted=is_right)
        if file is not None and is_right:
            self._workspace.put_file(replace(file, content=content))
        return is_right

    def clear(self) -> None:
        """Forgets every upload URL."""
        self._by_path.clear()
