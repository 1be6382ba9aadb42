"""Renderers behind one protocol: our own engines, and other programs where they are installed."""
