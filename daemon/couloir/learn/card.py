"""The card of a trained model: its origin, its evaluation and its known failures. The commands of training write it."""

from __future__ import annotations

from typing import Final

from couloir.derive.feature_schema import COUNT, FEATURE_VERSION
from couloir.derive.residual.outputs import OUTPUTS
from couloir.engines.aperture import Constants
from couloir.engines.constants import list_variants
from couloir.learn import scenes, worlds
from couloir.learn.class_table import EVERY, NEW, SAME, class_tables
from couloir.learn.evaluate import COLD, LADDER, RESIDUAL
from couloir.learn.formulas import HELD_OUT, VALIDATING
from couloir.learn.judgement import Judgement, bars, table, targets
from couloir.learn.training import Training

_HONEST: Final = """\
**This model saw no rendering by Aperture and none by Lightroom**, because neither runs where it was made. It was
trained on simulated pairs: photographs from free sources, drawn by our own approximations of Aperture's and of Camera
Raw's processing, with their unsure constants varied at random and their formulas in several forms. What it gives is a
starting point. The number that counts is the difference measured on your own photos between Aperture's stored preview
and Lightroom's rendering, which Couloir shows for every photo and which matching reduces. Train on your own
pairs to replace what was simulated."""

_FAILURES: Final = """\
- **Local brushes, retouch, crops**: it sees global statistics; what a brush did looks to it like a global change.
- **Clarity and Definition**: training pictures are {width} pixels wide, where local contrast hardly shows, so Clarity
  is learnt poorly; **Texture is never moved** (its answer is 0 with a deviation of one unit).
- **Curves, levels, HSL, black and white mix, noise, sharpening, vignette** are not its outputs. Edits of curves, Color,
  Black & White and vignettes are among the training edits; what they leave over, sliders of tone can hardly mend.
- **RAW files under Adobe's own profile** differ from Aperture's by colour tables that no slider copies: the row
  "solved" above is what remains even with perfect sliders. A learnt profile takes most of that away.
- **Extreme edits and old previews**: beyond the ranges of the training edits, or with a preview that is not of the
  version's present state, its answer is worth nothing; the measured difference says so.
- **White balance of RAW files**: without the as-shot one, which only Lightroom can tell, temperature is guessed."""

_SOURCES: Final = """\
- Photographs: {count} camera JPEGs of drewnoakes/metadata-extractor-images (free to use), as {width} x {height} pixel
  scenes, not distributed; one in five is held out by the hash of its bytes. Their hashes are in the training record.
- Engines: `couloir.engines.aperture` and `couloir.engines.camera_raw`, whose constants state range and source each, and
  forms of Aperture's formulas (`couloir.learn.formulas`): {trained} of {forms} train, the others are for testing;
  {validating} more are for validation only; responses of Lightroom's tone sliders after lrt-cinema (Apache-2.0)."""


def summary(training: Training, found: Judgement | None) -> str:
    """The card in one sentence."""
    told = f"Trained on {training.pairs:,} simulated pairs"
    if training.real_pairs:
        told += f", {training.real_pairs:,} real ones among them"
    if found is None:
        return f"{told}; not evaluated yet."
    model = found.of(RESIDUAL)
    return f"{told}; mean difference {model.mean:.2f} on {model.photos:,} held-out photos of simulated engines."


def text(training: Training, found: Judgement | None) -> str:
    """The whole card, Markdown."""
    width, height = scenes.SIZE
    parts = [f"# {training.name}", _HONEST, _facts(training)]
    forms = sum(map(len, list_variants(Constants).values()))
    sources = _SOURCES.format(
        width=width,
        height=height,
        count=len(training.photographs),
        forms=forms,
        trained=forms - len(HELD_OUT),
        validating=sum(map(len, VALIDATING.values())),
    )
    parts.append("## Data\n\n" + sources + (f"\n- {training.note}" if training.note else ""))
    if found is None:
        parts.append("## How it does\n\nNot evaluated yet: run `couloir learn evaluate`.")
    else:
        parts.append(_results(found))
    parts.append("## Known failures\n\n" + _FAILURES.format(width=width))
    parts.append(_outputs())
    return "\n\n".join(parts) + "\n"


def _facts(training: Training) -> str:
    hidden = " and ".join(str(size) for size in training.hidden)
    return f"""| | |
|---|---|
| made by | `{training.command}`, seed {training.seed}, Couloir {training.couloir} |
| trained on | {training.pairs:,} pairs ({training.real_pairs:,} real), validated on {training.validated:,} others |
| worlds | {training.worlds:,}, each with one of {worlds.CAMERAS} cameras, constants and forms of formulas \
drawn at random |
| training took | {training.seconds:.0f} s and {training.peak_megabytes:.0f} MB at most, one process (Python \
{training.python}, numpy {training.numpy}) |
| features | version {FEATURE_VERSION}, {COUNT} numbers (docs/learning.md) |
| network | {training.members} members, hidden layers {hidden}, {training.epochs} epochs |"""


def _results(found: Judgement) -> str:
    model = found.of(RESIDUAL)
    aims = "\n".join(
        f"| {aim} | {came} | {'holds' if holds else '**missed**'} |" for aim, came, holds in targets(found)
    )
    groups = "\n\n".join(f"### {name}\n\n{table(rows)}" for name, rows in found.groups.items())
    ladder = bars({row.name: row.mean for row in found.standings if row.name in LADDER})
    sliders = "\n".join(f"| {name} | {share:.0%} |" for name, share in found.coverage_by_slider.items())
    extra = ""
    if found.ablations:
        extra += (
            f"\n\n## Without one part at a time\n\n{found.ablations[0].photos:,} photos, the same for all rows.\n\n"
        )
        extra += table(found.ablations)
    if found.learning:
        extra += "\n\n## With fewer pairs\n\n" + table(found.learning)
        extra += "\n\nMean difference:\n\n" + bars({row.name: row.mean for row in found.learning})
    return f"""## How it does

On {model.photos:,} photos of {found.worlds} worlds: cameras, engine constants and photographs that training never saw.
Differences are CIEDE2000 between the simulated preview and the world's Camera Raw, a photo's mean; offsets are fitted
to ten other solved photos of the same world. All of it is simulated: nothing here is about Aperture or Lightroom.

{table(found.standings)}

Mean difference:

{ladder}

| aim | came | |
|---|---|---|
{aims}

Slider error {found.slider_error:.2f} normalised units on average. {_on_offsets(found)}

{groups}{extra}{_by_class(found)}

## How sure it is

Share of slider errors within the 80 % interval: {found.coverage:.1%} over all sliders.

| slider | within |
|---|---:|
{sliders}"""


def _by_class(found: Judgement) -> str:
    if not found.classes:
        return ""
    means = {(row.formulas, row.pictures): row.after for row in found.classes if row.photo_class == EVERY}
    gaps = [
        f"{pictures} {means[SAME, pictures]:.2f} and {after:.2f}"
        for (formulas, pictures), after in means.items()
        if formulas == NEW and (SAME, pictures) in means
    ]
    gap = f" Mean difference with the same and with new formulas: {', '.join(gaps)}." if gaps else ""
    return f"""

## By class of photo

Without a camera offset. A photo has one kind of file and every class of its edits. "Before" is the analytic translation
and "worse by 1" the share of photos that the model leaves farther from the preview than that by more than 1. Test
worlds have the formulas of training worlds, or (new) formulas that no training world has; how far the model is trusted
was decided on other worlds, some of them with a third set of formulas that no test world has. Where both pictures are
there, its answer is weighed against them, as a translation does it, and the intervals are about what came out.{gap}

{class_tables(found.classes)}"""


def _on_offsets(found: Judgement) -> str:
    """A text on the gain by the camera offset, chosen by the figures."""
    told = "Offsets are the library's own: without ten solved photos of a camera there is none."
    if found.of(COLD).mean < found.of(RESIDUAL).mean:
        told += (
            "\nWith both pictures at hand the model does better without: the mean of ten photos is partly noise, and"
            "\nwhere the engines hardly differ (rendered files, learnt profiles) it is mostly that."
        )
    return told


def _outputs() -> str:
    rows = "\n".join(f"| {output.name} | {output.size:g} {output.unit} |" for output in OUTPUTS)
    return f"""## Outputs and the size of one unit

| output | one unit |
|---|---|
{rows}"""
