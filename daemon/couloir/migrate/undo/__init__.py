"""Removes again what a migration has written and nobody has changed since."""
