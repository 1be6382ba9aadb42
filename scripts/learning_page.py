"""Writes the pages about learning: how it is done, and the features and outputs as the code has them."""

from __future__ import annotations

from couloir.derive.feature_schema import COUNT, FEATURE_VERSION, SCHEMA
from couloir.derive.residual.outputs import OUTPUTS
from couloir.learn import evaluate, scenes, synthesise, worlds
from couloir.learn.photographs import HELD_OUT
from couloir.learn.train import VALIDATION, Recipe


def page(note: str) -> str:
    """The page; `note` says where it comes from."""
    return f"# The learned translation\n\n{note}{_text()}"


def numbers_page(note: str) -> str:
    """The reference page of features and outputs; `note` says where it comes from."""
    head = f"# Features and outputs of the learned translation\n\n{note}What a model is given and what it answers: "
    told = "[the learned translation](learning.md) says how it is made.\n"
    return "\n".join((head + told, *_features(), *_outputs(), ""))


def _text() -> str:
    width, height = scenes.SIZE
    recipe = Recipe()
    hidden = " and ".join(map(str, recipe.hidden))
    return f"""\
A photo's settings are *analytic translation + offset of its camera + learned residual*. The residual is a
small ensemble of networks in one ONNX file (`models/`), whose card says what it was trained on and what
it is worth. This page says how such a file is made and how its training data is looked after. Nothing but
numpy is needed to train; `onnx` (in the extra `dev`) writes the file.

## Train one

```sh
couloir learn synthesise --photographs FOLDER --to pairs --pairs 20000  # resumable; --part, --workers
couloir learn train      --data pairs --to candidate --name mine-1
couloir learn evaluate   --model candidate --data pairs --photographs FOLDER --ablations
couloir learn promote    --model candidate  # only if it beats what is in use
```

- **Synthesis.** Every {synthesise.PHOTOS} photos share a *world*: one of {worlds.CAMERAS} cameras, and an Aperture
  and a Camera Raw whose unsure constants were drawn at random within the ranges that the engines state. A photo
  is a part of a photograph ({width} x {height} pixels), relit at random, with a few random adjustments, drawn by
  the world's Aperture. Its label is what Levenberg-Marquardt finds through the world's Camera Raw, from the
  analytic translation on; with it goes J'J, the mean squared CIEDE2000 that a small slider error makes in that
  photo. RAW worlds come with Adobe's own profile or with one learnt from Aperture's previews. One photograph in
  {HELD_OUT} and one camera in {worlds.HELD_OUT} never train.
- **Loss.** The root of d'(J'J)d for the slider errors d: to second order the difference in the picture. Sliders
  trade off against each other, so their errors alone say little. The log-variances learn the sliders' errors and
  are then moved, slider by slider, until 80 % intervals hold 80 % of the errors on the worlds that validate (one
  in {VALIDATION}).
- **Network.** {recipe.members} members, hidden layers of {hidden}, ReLU, {recipe.epochs} epochs of Adam. Half of
  the examples have the camera's offset in their prior; a quarter has no picture, some only one of the two. The
  same pairs and seed give the same file.
- **Judgement.** At least {evaluate.PHOTOS * 84:,} photos of worlds, cameras and photographs that never trained,
  each rendered with the settings of every contestant. `promote` refuses a model whose held-out median is not
  below that of what is in use.

## Real pairs

`couloir learn pairs --aperture LIBRARY --lightroom CATALOG.lrcat --to FOLDER` makes pairs of photos that were
adjusted in both programs; `--migration FOLDER` takes the looks that `couloir match` brought near, and `--taught` what
"Teach Couloir" in Lightroom has stored. A photo of a catalog is taken only where the file names agree, at least two
more facts agree (file size, capture time, dimensions, camera), none disagrees, and there is one candidate on either
side; everything else is in `refused.json` with its reason. Settings texts are parsed, never executed. Nothing is
solved: the label is the change from today's translation to the settings, its metric comes from our Camera Raw engine
at the preview. A fifth of the originals and a fifth of the cameras validate and never train, for good.

`couloir learn contribute` writes a data set as a text without pixels, names, times or places; `couloir learn inbox
FOLDER --to DATA [--watch]` takes such texts, and catalogs of a library, and refuses what is not in order with its
reason.

## Watching the data

`couloir learn look --data FOLDER [--library LIBRARY] [--pictures FOLDER]` ranks anomalies (renderings that stay far
from their preview, settings that make it worse, impossible ones, duplicates, labels that surprise the model), names
the ranges of adjustments with too few pairs, says how far a library is from the training data, and which of its
photos would teach most: those on which the ensemble's members disagree.

## When a model is not taken

The daemon checks a model before it opens it and tests it before it trusts it (`couloir.derive.residual`). One for
another feature version, with weights that are no numbers, or whose self-test fails is refused; translations are then
analytic, each says so in its note, and `couloir doctor` and `GET /v1/health` name the reason.

## What it is given and what it answers

{COUNT} features (version {FEATURE_VERSION}) and {len(OUTPUTS)} outputs: [their list](learning-features.md) has units
and ranges. How good the shipped model is stands in [its card](../models/couloir-1.md).
"""


def _features() -> list[str]:
    rows = [f"| `{feature.name}` | {feature.unit} | {feature.low:g} | {feature.high:g} |" for feature in SCHEMA]
    return [
        f"## Features, version {FEATURE_VERSION}\n",
        f"{COUNT} numbers in this order, each 0 when neutral or unknown, cut to its range. No name, place or person.\n",
        "| feature | unit | from | to |",
        "|---|---|---:|---:|",
        *rows,
    ]


def _outputs() -> list[str]:
    rows = [f"| `{output.name}` | {output.size:g} {output.unit} | {output.key or '-'} |" for output in OUTPUTS]
    return ["\n## Outputs\n", "| output | one unit | develop key |", "|---|---|---|", *rows]
