"""Mondoo's audit log over GraphQL."""
