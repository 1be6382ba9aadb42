"""Capture One's scripting on macOS: what to say to it, and what its answers mean."""
