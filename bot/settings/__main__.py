"""``python -m bot.settings`` prints the table of settings that the manual shows."""

from __future__ import annotations

import sys

from bot.settings.reference import settings_table

sys.stdout.write(settings_table())
