"""Events in plain words: who did what, on what.

Plain words are an interpretation. The action, resource and message as Mondoo sent them stay on the event, for the views
to show beside them, and what cannot be interpreted is told in Mondoo's own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.events import AuditEvent, last_word

_KINDS = {
    "agents": "agent",
    "apitokens": "API token",
    "assets": "asset",
    "frameworks": "framework",
    "integrations": "integration",
    "invitations": "invitation",
    "organizations": "organization",
    "policies": "policy",
    "queries": "query",
    "querypacks": "query pack",
    "roles": "role",
    "serviceaccounts": "service account",
    "spaces": "space",
    "teams": "team",
    "tokens": "token",
    "users": "user",
}
_VERBS = {
    "Accept": "accepted",
    "Add": "added",
    "Apply": "applied",
    "Approve": "approved",
    "Assign": "assigned",
    "Cancel": "cancelled",
    "Create": "created",
    "Decline": "declined",
    "Delete": "deleted",
    "Disable": "disabled",
    "Enable": "enabled",
    "Export": "exported",
    "Generate": "generated",
    "Import": "imported",
    "Invite": "invited",
    "Issue": "issued",
    "Move": "moved",
    "Register": "registered",
    "Reject": "rejected",
    "Remove": "removed",
    "Rename": "renamed",
    "Restore": "restored",
    "Revoke": "revoked",
    "Rotate": "rotated",
    "Set": "set",
    "Start": "started",
    "Stop": "stopped",
    "Trigger": "triggered",
    "Unassign": "unassigned",
    "Unregister": "unregistered",
    "Update": "updated",
}
_WHOLE = {"login": "logged in", "logout": "logged out"}
_LONG_FORMS = {"Props": "properties"}

_MRN = re.compile(r"//[^/]+/(?:.+/)?(?P<collection>[a-z]+)/(?P<id>[^/]+)", re.DOTALL)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_WORD = re.compile(r"\w+")
_MEMBERSHIP = re.compile(r"(?P<verb>Set|Remove)(?P<of>Organization|Space)Membership|SetRole")
_ROLE = "[a-z]+(?:-[a-z]+)*"
_ROLE_ADDED = re.compile(rf"(?P<role>{_ROLE}) added")
_ROLE_CHANGED = re.compile(rf"role changed from (?P<old>{_ROLE}) to (?P<new>{_ROLE})")


@dataclass(frozen=True, slots=True)
class Narration:
    """An event in plain words, as in "Jane Doe" + "created service account 2e3NzLkD73yQe7MTJZLw3".

    The texts are data, of any length and content: whoever shows them cuts and escapes them.
    """

    actor: str
    """A name, or else a label such as ``service account 2e3N``; never empty."""
    deed: str
    """A phrase that goes on from the actor, with the object in it where that is understood; never empty."""
    object: str
    """The resource: a label such as ``user 2AdP``, or all of it where its kind is unknown; perhaps empty."""
    detail: str
    """The message, where it says more than the deed does; else empty."""


def narrate(event: AuditEvent) -> Narration:
    """The event in plain words."""
    deed, told = _deed(event)
    thing = label(event.resource)
    adds = not told and not set(_words(event.message)) <= {*_words(deed), *_words(thing)}
    return Narration(
        actor=_on_one_line(event.actor_name) or label(event.actor_mrn) or "someone unknown",
        deed=deed,
        object=thing,
        detail=_on_one_line(event.message) if adds else "",
    )


def label(mrn: str) -> str:
    """A short name for what an MRN names, such as ``user 2AdP``; the text itself where it names nothing known."""
    kind, identity = _identify(mrn)
    return f"{kind} {identity}" if kind else identity


def _identify(mrn: str) -> tuple[str, str]:
    """The kind and the ID of what an MRN names; no kind and the whole text where it names nothing known."""
    match = _MRN.fullmatch(mrn)
    if match is None or match["collection"] not in _KINDS:
        return "", _on_one_line(mrn)
    return _KINDS[match["collection"]], _on_one_line(match["id"])


def _deed(event: AuditEvent) -> tuple[str, bool]:
    """What was done, and whether that tells all of the message."""
    word = last_word(event.action)
    if membership := _MEMBERSHIP.fullmatch(word):
        return _membership(membership, event)
    if word.casefold() in _WHOLE:
        return _WHOLE[word.casefold()], False
    verb, *others = _PARTS.findall(word) or [""]
    if verb not in _VERBS or verb + "".join(others) != word:
        unknown = _on_one_line(_sentence(word) or event.action)
        return f"did “{unknown}”" if unknown else "did something", False
    done = " ".join([_VERBS[verb], *map(_spoken, others)])
    kind, identity = _identify(event.resource)
    if not kind:
        return done, False
    if not others:
        return f"{done} {kind} {identity}", False
    return f"{done} {identity}" if done.endswith(f" {kind}") else f"{done} ({kind} {identity})", False


def _membership(action: re.Match[str], event: AuditEvent) -> tuple[str, bool]:
    person = label(event.resource) or "someone"
    if action["verb"] == "Remove":
        return f"removed {person} from the {action['of'].lower()}", False
    of = f" of the {action['of'].lower()}" if action["of"] else ""
    message = _on_one_line(event.message).lower()
    if added := _ROLE_ADDED.fullmatch(message):
        article = "an" if added["role"][0] in "aeiou" else "a"
        return f"made {person} {article} {added['role']}{of}", True
    if changed := _ROLE_CHANGED.fullmatch(message):
        return f"changed {person} from {changed['old']} to {changed['new']}{of}", True
    return f"changed the role of {person}", False


def _sentence(word: str) -> str:
    """An unknown action's word as a phrase: ``Do novel``; the word itself where it does not fall into parts."""
    parts = _PARTS.findall(word)
    return " ".join([parts[0], *map(_spoken, parts[1:])]) if parts and "".join(parts) == word else word


def _spoken(part: str) -> str:
    """A part of an action's word as it stands inside a phrase: acronyms keep their capitals."""
    return _LONG_FORMS.get(part, part if len(part) > 1 and part.isupper() else part.lower())


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
