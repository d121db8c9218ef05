"""How to ask, in a terminal's words."""

from __future__ import annotations

from typing import Final

KEYS: Final = """\
Whose log (one of them):
  org=ID          an organization, by its ID or an alias from the settings
  space=ID        a space
  scope=ALIAS     either of them; also org:ID and space:ID
  region=us|eu    where it is, if the settings do not say

When (days are those of UTC; since is in the window, until is not):
  since=2024-05-01   also 2024-05-01T12:00+02:00, 24h, 7d, yesterday, monday
  until=2024-05-08   the same
  last=24h           in place of since

Which events (all that are given have to match; case does not matter):
  actor=jane         in the actor's name or MRN
  action=SetRole     in the action
  resource=users     in the resource
  text=WORD          anywhere
  category=a,b       membership, service-account, agent, token, space, policy, integration, session, other
  risk=a,b           high, medium, low

How:
  limit=100          at most so many; limit=all reads everything
  order=asc          oldest first"""

EXAMPLES: Final = """\
Examples:
  mondoo-audit-bot query org=acme-123 since=2024-05-01
  mondoo-audit-bot query scope=prod last=7d risk=high
  mondoo-audit-bot query org=acme-123 limit=all --format ndjson | jq .action
  mondoo-audit-bot query org=acme-123 limit=all --output audit.csv"""

STATUS: Final = """\
Data goes to stdout, words to stderr. Exit status:
  0 complete   1 could not read   2 bad input   3 partial   130 interrupted"""
