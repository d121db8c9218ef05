"""Files: promised by an upload URL, filled by a POST, shared by completing the upload."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from bot.sandbox.slack.ids import ChannelId, FileId, UserId
from bot.sandbox.slack.shapes import Json

_TYPES = {
    ".csv": ("csv", "CSV", "text/csv"),
    ".json": ("json", "JSON", "application/json"),
    ".ndjson": ("text", "Plain Text", "text/plain"),
    ".jsonl": ("text", "Plain Text", "text/plain"),
    ".txt": ("text", "Plain Text", "text/plain"),
    ".png": ("png", "PNG", "image/png"),
}


@dataclass(frozen=True, slots=True)
class File:
    """A file. `content` is None until the bytes came, `is_complete` false until the app completed it."""

    id: FileId
    user: UserId
    name: str
    title: str
    length: int
    created: datetime
    snippet_type: str | None = None
    alt_text: str | None = None
    content: bytes | None = None
    is_complete: bool = False
    channels: tuple[ChannelId, ...] = ()

    @property
    def mimetype(self) -> str:
        """The media type, by the name's ending."""
        return self._type()[2]

    def path(self, team_id: str) -> str:
        """Gives the path of its download below the server's address."""
        return f"/files-pri/{team_id}-{self.id}/{self.name}"

    def as_slack(self, base_url: str, team_id: str) -> Json:
        """Gives the object of https://docs.slack.dev/reference/objects/file-object."""
        filetype, pretty, mimetype = self._type()
        url = base_url + self.path(team_id)
        created = int(self.created.timestamp())
        return {
            "id": self.id,
            "created": created,
            "timestamp": created,
            "name": self.name,
            "title": self.title,
            "mimetype": mimetype,
            "filetype": self.snippet_type or filetype,
            "pretty_type": pretty,
            "user": self.user,
            "user_team": team_id,
            "editable": False,
            "size": len(self.content or b""),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": url,
            "url_private_download": url,
            "permalink": f"{base_url}/files/{self.user}/{self.id}/{self.name}",
            "has_rich_preview": False,
            "file_access": "visible",
            "channels": [channel for channel in self.channels if channel.startswith("C")],
            "groups": [channel for channel in self.channels if channel.startswith("G")],
            "ims": [channel for channel in self.channels if channel.startswith("D")],
            "comments_count": 0,
        }

    def _type(self) -> tuple[str, str, str]:
        suffix = PurePath(self.name).suffix.lower()
        return _TYPES.get(suffix, ("binary", "Binary", "application/octet-stream"))
