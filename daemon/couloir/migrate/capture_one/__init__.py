"""Gives the settings of a migrated folder to the photos of a running Capture One, on macOS."""
