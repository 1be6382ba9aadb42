"""Renderers behind one protocol: our own engines, and real ones where they are installed."""
