"""Capture One: its settings files and styles, and a version in its terms."""
