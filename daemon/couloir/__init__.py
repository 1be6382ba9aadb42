"""Couloir brings an Apple Aperture library into Lightroom Classic with its look.

The house has floors, and a floor imports only from floors below it (docs/architecture.md):
color, aperture, lightroom | engines | profiles | derive | refine | learn | migrate | service | cli.
"""

__version__ = "0.1.0"
