"""What `couloir match --closest-look` tells of its profiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from couloir.cli.numbers import number, quantity
from couloir.cli.output import size
from couloir.migrate.ledger.enhanced_profiles import list_profiles
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import MatchRecord
from couloir.migrate.match_library import Progress
from couloir.refine.verdict import describe_renderer


@dataclass(slots=True)
class ProfileTally:
    """What the profiles of --closest-look came to: the photos that got one, with their difference before and after."""

    photos: list[dict[str, object]] = field(default_factory=list)
    unseen: list[dict[str, Any]] = field(default_factory=list)
    before: float = 0.0
    after: float = 0.0
    refused: Counter[str] = field(default_factory=Counter)
    beyond: int = 0
    untried: int = 0
    kept: int = 0
    bytes: int = 0

    def add(self, match: MatchRecord) -> None:
        """Count a photo that was tried, or for which the limit left no profile."""
        table = match.table
        if table is None:
            self.beyond += 1
        elif table.why:
            self.refused[table.why] += 1
        elif match.after is None:
            self.bytes += table.size
            self.unseen.append({"version": match.version, "before": table.before, "after": table.unseen})
        else:
            self.before += table.sliders
            self.after += match.after.mean
            self.bytes += table.size
            self.photos.append({"version": match.version, "after": match.after.mean, **asdict(table)})

    def count_untried(self, progress: Progress) -> Progress:
        """A progress that counts the photos for which no time was left, too."""

        earlier = self.untried

        def told(done: int, total: int) -> None:
            self.untried = earlier + total - done
            progress(done, total)

        return told

    def count(self, ledger: Ledger) -> None:
        """Count the profiles that the migration has now."""
        self.kept = len(list_profiles(ledger))

    def as_dict(self) -> dict[str, object]:
        """JSON-ready."""
        return {
            "photos": self.photos,
            "without_preview": self.unseen,
            "profiles": self.kept,
            "bytes": self.bytes,
            "refused": dict(self.refused),
            "beyond_limit": self.beyond,
            "no_time_left": self.untried,
        }

    def tell(self, destination: Path, renderer: str, most: int) -> Iterator[str]:
        """In sentences."""
        if self.photos:
            count = len(self.photos)
            before, after = self.before / count, self.after / count
            yield (
                f"{_photos(count)} got a profile, and went from {number(before, 2)} to {number(after, 2)} (CIEDE2000), "
                f"drawn by {describe_renderer(renderer)}. The tables take {size(self.bytes)} of their files' metadata."
            )
        if self.unseen:
            before, after = (sum(each[key] for each in self.unseen) / len(self.unseen) for key in ("before", "after"))
            yield (
                f"{_photos(len(self.unseen))} without a preview got a profile that Couloir's engine made of the edit: "
                f"on test colours a difference of {number(after, 1)} is expected, instead of {number(before, 1)}."
            )
        if self.kept:
            many = quantity(self.kept, "profile", "profiles")
            yield f"Before you import, give Lightroom the {many}: couloir looks install {destination}"
        for why, photos in self.refused.most_common():
            yield f"{_photos(photos)}: {why}"
        if self.untried:
            yield (
                f"{_photos(self.untried)} not tried with a profile, because the time was over: the same command goes "
                "on with them."
            )
        if self.beyond:
            yield (
                f"{_photos(self.beyond)} without a profile, because {number(most)} are the limit: Lightroom reads all "
                "of them at each start and lists them under one another. --most-looks sets another limit."
            )


def _photos(count: int) -> str:
    return quantity(count, "photo", "photos")
