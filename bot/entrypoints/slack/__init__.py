"""Slash commands and clicks."""
