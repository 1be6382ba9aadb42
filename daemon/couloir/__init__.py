"""Couloir brings an Apple Aperture library into Lightroom Classic with its look.

Each package imports only from packages to its left (docs/architecture.md):
color, aperture, lightroom | engines | profiles | derive | refine | learn | migrate | service | cli.
"""

__version__ = "0.1.0"
