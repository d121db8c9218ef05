"""Audit events: what Mondoo recorded, and what kind of thing that is.

Mondoo publishes no list of actions, so they are classified by pattern on the action's last word. An action that nobody
has seen yet is shown under :attr:`Category.OTHER`, never dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import NamedTuple, assert_never

from bot.domain.scopes import Scope


class Category(Enum):
    """What an event is about. The value is the word that commands and exports use."""

    MEMBERSHIP = "membership"
    SERVICE_ACCOUNT = "service-account"
    AGENT = "agent"
    TOKEN = "token"  # noqa: S105 — a category's name, not a secret
    SPACE = "space"
    POLICY = "policy"
    INTEGRATION = "integration"
    SESSION = "session"
    OTHER = "other"


class Risk(Enum):
    """How much an on-call person should care. The value is the word that commands and exports use."""

    HIGH = "high"
    """Somebody gained lasting power or a credential: an owner grant, a service account, a token."""
    MEDIUM = "medium"
    """Access or protection changed: a role, a removal, a deletion, a policy, an integration."""
    LOW = "low"
    """Everyday work."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One entry of an audit log, with its values as Mondoo sent them.

    Two events may be equal in every field: Mondoo's entries carry no ID and their times a resolution of one second.

    Raises:
        ValueError: ``at`` is not an aware datetime in UTC.
    """

    scope: Scope
    """The log that was read, since a membership event's resource names the user and not the organization."""
    at: datetime
    timestamp: str
    """The time as Mondoo wrote it (RFC 3339)."""
    action: str
    actor_name: str
    actor_mrn: str
    resource: str
    message: str
    ip: str | None = None
    """None where Mondoo did not say, or does not know the field."""
    parent: str | None = None

    def __post_init__(self) -> None:
        if self.at.utcoffset() != timedelta(0):
            raise ValueError("an event's time is an aware datetime in UTC")

    @property
    def category(self) -> Category:
        """What the event is about."""
        return classify(self.action, self.message).category

    @property
    def risk(self) -> Risk:
        """How much an on-call person should care."""
        return classify(self.action, self.message).risk


class Classification(NamedTuple):
    """What an action is about, and how much it matters."""

    category: Category
    risk: Risk


def last_word(action: str) -> str:
    """The part of an action after its last dot: ``CreateServiceAccount``."""
    return action.rpartition(".")[2]


# The first pattern that is found in the last word decides, so the special stands before the general.
_CATEGORIES: tuple[tuple[re.Pattern[str], Category], ...] = tuple(
    (re.compile(pattern), category)
    for pattern, category in (
        (r"ServiceAccount|WorkloadIdentity|WIFAuth", Category.SERVICE_ACCOUNT),
        (r"API_?Token|ApiToken|RegistrationToken|Tokens?$|(Access|API|Api)Keys?$", Category.TOKEN),
        (r"^Log([Ii]n|[Oo]ut)|Session|Sign(In|Out)", Category.SESSION),
        (r"Membership|Members?$|Invit|RoleBinding|SetRole|(User|Team|Role)s?$", Category.MEMBERSHIP),
        (r"SSO|SAML|Saml|OIDC|Oidc|IdentityProvider", Category.MEMBERSHIP),
        (r"Agents?$", Category.AGENT),
        (r"Integration|TriggerAction", Category.INTEGRATION),
        (r"Polic(y|ies)|SetProps|Framework|Quer(y|ies)$|QueryPack|Exception", Category.POLICY),
        (r"(Space|Organization)(s|Settings)?$", Category.SPACE),
    )
)
_CREATES = re.compile(r"^(Create|Generate|Add|Register|Issue|Rotate)")
_TAKES_AWAY = re.compile(r"^(Delete|Remove|Unassign|Unregister|Revoke|Disable)")

_LONGEST_WORD = 200
"""Characters; a longer one is nobody's action, and is not worth the memory to remember what it is about."""

_LONGEST_MESSAGE = 200
"""Characters; a longer one hardly comes again, and is not worth the memory either."""

_CLAUSE = re.compile(r"[,;()]|\.(?=\s|\Z)|\band\b")
_WORD = re.compile(r"[^\W_]+")
_OWNER = re.compile(r"\bowner(?:s|ship)?\b")
_GAIN = re.compile(r"\b(?:added|granted|set|assigned|promoted|gained|transferred|became|invited|made)\b")
_BECOMES_OWNER = re.compile(r"\b(?:to|as|new|roles?) (?:(?:an?|the) )?owner\b")
_LOSS = re.compile(r"\b(?:removed|revoked|deleted|demoted|unset|no longer|not|from (?:(?:an?|the) )?owner)\b")
_BY_OWNER = re.compile(r"\bby (?:(?:an?|the) )?owners?\b")


def classify(action: str, message: str) -> Classification:
    """What an action is about and how risky it is, from its last word and the message.

    The message decides only between an owner grant and any other role change: the action alone does not tell them
    apart.
    """
    word = last_word(action)
    if len(word) > _LONGEST_WORD:
        return Classification(Category.OTHER, Risk.LOW)
    if len(message) > _LONGEST_MESSAGE:
        return _classified.__wrapped__(word, message)
    return _classified(word, message)


@lru_cache(maxsize=4096)
def _classified(word: str, message: str) -> Classification:
    category = _category(word)
    return Classification(category, _risk(category, word, message))


@lru_cache(maxsize=1024)
def _category(word: str) -> Category:
    return next((category for pattern, category in _CATEGORIES if pattern.search(word)), Category.OTHER)


def _risk(category: Category, word: str, message: str) -> Risk:
    match category:
        case Category.MEMBERSHIP:
            return Risk.HIGH if not _TAKES_AWAY.match(word) and grants_ownership(message) else Risk.MEDIUM
        case Category.SERVICE_ACCOUNT | Category.TOKEN:
            return Risk.HIGH if _CREATES.match(word) else Risk.MEDIUM
        case Category.POLICY | Category.INTEGRATION:
            return Risk.MEDIUM
        case Category.SPACE | Category.AGENT | Category.SESSION | Category.OTHER:
            return Risk.MEDIUM if _TAKES_AWAY.match(word) else Risk.LOW
        case _:
            assert_never(category)


def grants_ownership(message: str) -> bool:
    """Whether a membership event's message says that somebody became an owner, as ``owner added`` does."""
    return any(_grants(" ".join(_WORD.findall(clause))) for clause in _CLAUSE.split(message.casefold()))


def _grants(clause: str) -> bool:
    clause = _BY_OWNER.sub("", clause)
    gained = _BECOMES_OWNER.search(clause) or (_OWNER.search(clause) and _GAIN.search(clause))
    return bool(gained) and not _LOSS.search(clause)
