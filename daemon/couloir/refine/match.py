"""Matching one photo: `ask` returns the settings to draw, `tell` takes the rendering, until `ask` returns None.

A match is pure and deterministic, so that it survives the end of either process: `as_dict` holds all renderings, and
`from_dict` replays them. The renderer is separate: Lightroom behind the plug-in, another program, or an engine.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from couloir.derive.pictures.preview import Reference, Trap
from couloir.derive.pictures.working_copy import make_working_copy, pack, reduce_picture, unpack
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.align import align
from couloir.refine.color_pair import ColorPair
from couloir.refine.loop import Loop, Next, Telling, Tries
from couloir.refine.options import MOVED, Options
from couloir.refine.outcome import Outcome
from couloir.refine.shared import SharedSlopes

_CANCELLED: Final = "Stopped; the best settings so far stay."
_NOT_YET: Final = "Not compared yet."


class Match:
    """The match of one photo, made by `begin` or `from_dict`."""

    def __init__(
        self,
        reference: Reference,
        start: DevelopSettings,
        kind: PhotoKind,
        options: Options,
        prior: Mapping[str, float] | None,
        as_shot: tuple[float, float] | None,
        shared: SharedSlopes | None,
        fixed: Collection[str],
    ) -> None:
        self._reference, self._start, self._kind, self._options = reference, start, kind, options
        self._prior, self._as_shot, self._shared = prior, as_shot, shared
        self._fixed = frozenset(fixed)
        self._trap: Trap | None = reference.trap
        self._next = Next(None if self._trap else start, "")
        self._loop: Loop | None = None
        self._told: list[tuple[Picture, Mapping[str, object] | None]] = []
        self._stopped: str | None = None
        self._notes: tuple[str, ...] = ()

    @classmethod
    def begin(
        cls,
        reference: Reference,
        start: DevelopSettings,
        kind: PhotoKind,
        options: Options | None = None,
        *,
        prior: Mapping[str, float] | None = None,
        as_shot: tuple[float, float] | None = None,
        shared: SharedSlopes | None = None,
        fixed: Collection[str] = (),
    ) -> Match:
        """Begin to match a photo with the settings `start`, those of its translation, to Aperture's preview.

        `prior`: the deviations that the learned model expects (`Translation.uncertainty`). `as_shot`: a RAW file's own
        (kelvin, tint), where it is known; else it is taken from the first read-back, and without one the white balance
        stays. `shared`: what the camera's earlier photos taught. `fixed`: parameters that must not be changed, for
        example because the renderer does not draw them.
        """
        return cls(reference, start, kind, options or Options(), prior, as_shot, shared, fixed)

    def ask(self) -> DevelopSettings | None:
        """The settings to draw next, the same until `tell` takes their rendering; None when the match is finished."""
        return self._next.settings

    def tell(self, rendering: Picture, read_back: Mapping[str, object] | None = None) -> None:
        """Take the rendering that was asked for: sRGB-encoded, cropped and rotated as shown; long edge at least 96
        pixels, best 768.

        `read_back`: the settings that the photo has now according to the renderer, where it can report them. Raises
        ValueError when nothing was asked.
        """
        asked = self._next.settings
        if asked is None:
            raise ValueError("no rendering was asked for")
        if self._loop is None:
            told = Telling(asked, make_working_copy(rendering, self._reference.picture), read_back)
            self._told.append((told.picture, read_back))
            self._begin_loop(told)
            return
        rows, columns = self._loop.best.picture.shape[:2]
        told = Telling(asked, reduce_picture(rendering, columns, rows), read_back)
        self._told.append((told.picture, read_back))
        take = {
            Tries.SLIDERS: self._loop.take,
            Tries.CURVES: self._loop.take_curves,
            Tries.COLORS: self._loop.take_colors,
            Tries.GRAY: self._loop.take_gray,
        }
        take[self._next.tries](told)
        self._next = self._loop.go_on(self._options)

    def stop(self, reason: str = _CANCELLED) -> None:
        """End the match now; the outcome keeps the best settings that were measured."""
        if self._next.settings is not None:
            self._stopped, self._next = reason, Next(None, reason)

    @property
    def is_stopped(self) -> bool:
        """Whether it was ended before its end."""
        return self._stopped is not None

    @property
    def outcome(self) -> Outcome:
        """The outcome so far."""
        finished, loop = self._next.settings is None, self._loop
        if loop is None:
            why = self._trap.reason if self._trap else self._next.why or _NOT_YET
            return Outcome(self._start, None, None, why, self._trap, finished, ())
        sentences = [each for each in (self._next.why, *self._notes) if each]
        best = loop.best
        return Outcome(
            settings=best.settings,
            before=loop.first,
            after=best.shown,
            reason=" ".join(sentences),
            trap=None,
            finished=finished,
            history=tuple(loop.history),
        )

    def again(self, start: DevelopSettings, renderings: int, fixed: Collection[str]) -> Match:
        """Another match of this photo, from other settings, with so many renderings at most; it must not change `fixed`
        parameters, either. It has what this one has taught.
        """
        options = replace(self._options, renderings=renderings)
        shared = self.lessons()
        held = self._fixed | frozenset(fixed)
        return Match(self._reference, start, self._kind, options, self._prior, self._as_shot, shared, held)

    def pair(self) -> ColorPair | None:
        """The best rendering so far beside the preview; None where nothing could be compared."""
        return None if self._loop is None else self._loop.pair

    def beside(self, rendering: Picture) -> ColorPair | None:
        """Another rendering of this photo beside the preview, of a size as for `tell`; it is not part of the match."""
        if self._loop is None:
            return None
        rows, columns = self._loop.best.picture.shape[:2]
        return self._loop.beside(reduce_picture(rendering, columns, rows))

    def own_lessons(self) -> SharedSlopes | None:
        """What this photo alone teaches of its camera's slopes, to `join` to others'; None where it was not matched."""
        return None if self._loop is None else self._loop.own_lessons()

    def lessons(self) -> SharedSlopes:
        """What the camera's photos have taught, this one included: `shared` for the next photo of this camera."""
        return self._already_taught if self._loop is None else self._loop.lessons()

    def change(self) -> Mapping[str, float]:
        """The change from the start to the best, by parameter in normalised units, from which `offsets.fit` learns."""
        return {} if self._loop is None else self._loop.change

    def as_dict(self) -> dict[str, object]:
        """The whole match as plain data, to be written to a journal after each `tell`."""
        return {
            "reference": self._reference.as_dict(),
            "start": self._start.as_dict(),
            "kind": str(self._kind),
            "options": self._options.as_dict(),
            "prior": None if self._prior is None else dict(self._prior),
            "as_shot": None if self._as_shot is None else list(self._as_shot),
            "shared": None if self._shared is None else self._shared.as_dict(),
            "fixed": sorted(self._fixed),
            "told": [
                {"picture": pack(picture), "read_back": None if said is None else dict(said)}
                for picture, said in self._told
            ],
            "stopped": self._stopped,
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Match:
        """The match of `as_dict`: its renderings are replayed. Raises ValueError for anything else."""
        try:
            shared, as_shot = kept["shared"], kept["as_shot"]
            match = cls(
                Reference.from_dict(kept["reference"]),
                DevelopSettings(kept["start"]),
                PhotoKind(kept["kind"]),
                Options.from_dict(kept["options"]),
                kept["prior"],
                None if as_shot is None else (float(as_shot[0]), float(as_shot[1])),
                None if shared is None else SharedSlopes.from_dict(shared),
                kept["fixed"],
            )
            for told in kept["told"]:
                match.tell(unpack(told["picture"]), told["read_back"])
            if kept["stopped"] is not None:
                match.stop(kept["stopped"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a match of a journal: {error}") from error
        return match

    @property
    def _already_taught(self) -> SharedSlopes:
        return self._shared if self._shared is not None else SharedSlopes.empty(MOVED)

    def _begin_loop(self, first: Telling) -> None:
        laid = align(self._reference, first.picture)
        if isinstance(laid, Trap):
            self._trap, self._next = laid, Next(None, laid.reason)
            return
        self._notes = laid.notes
        self._loop = Loop(laid, first, self._kind, self._prior, self._as_shot, self._already_taught, self._fixed)
        self._next = self._loop.go_on(self._options)
