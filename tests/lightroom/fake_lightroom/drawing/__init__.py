"""Pictures of dialogs, for the manual of a plug-in: as SVG, the same bytes each time and on each computer.

They show what a dialog says and where, in the manner of Lightroom; they are no screenshots.
"""

from .window import draw

__all__ = ["draw"]
