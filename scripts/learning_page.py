"""Writes the pages about learning: the method, and the features and outputs as the code has them."""

from __future__ import annotations

from couloir.derive.feature_schema import COUNT, FEATURE_VERSION, SCHEMA
from couloir.derive.residual.outputs import OUTPUTS
from couloir.learn import evaluate, scenes, synthesise, worlds
from couloir.learn.calibration.evidence import EDGE, POINTS
from couloir.learn.calibration.fit import FEWEST
from couloir.learn.dataset import VALIDATION
from couloir.learn.photographs import HELD_OUT
from couloir.learn.train import Recipe
from couloir.learn.trust_table import MOST, WORSE


def page(note: str) -> str:
    """The page; `note` names its source."""
    return f"# The learned translation\n\n{note}{_text()}"


def numbers_page(note: str) -> str:
    """The reference page of features and outputs; `note` names its source."""
    head = f"# Features and outputs of the learned translation\n\n{note}The inputs and outputs of a model; "
    told = "[the learned translation](learning.md) describes how one is made.\n"
    return "\n".join((head + told, *_features(), *_outputs(), ""))


def _text() -> str:
    width, height = scenes.SIZE
    recipe = Recipe()
    hidden = " and ".join(map(str, recipe.hidden))
    return f"""\
A photo's settings are *analytic translation + offset of its camera + learned residual*. The residual is a
small ensemble of networks in one ONNX file (`models/`), whose card has its training data and its
evaluation. This page describes how such a file is made and how its training data is checked. Training
needs only numpy; `onnx` (in the extra `dev`) writes the file.

## Train one

```sh
couloir learn synthesise --photographs FOLDER --to pairs --pairs 20000  # resumable; --part, --workers
couloir learn train      --data pairs --to candidate --name mine-1
couloir learn evaluate   --model candidate --data pairs --photographs FOLDER --ablations
couloir learn promote    --model candidate  # only if it is better than the model in use
```

- **Synthesis.** Every {synthesise.PHOTOS} photos share a *world*: one of {worlds.CAMERAS} cameras, and an Aperture
  and a Camera Raw whose unsure constants were drawn at random within the ranges that the engines state. A photo
  is a part of a photograph ({width} x {height} pixels), relit at random, with a few random adjustments, drawn by
  the world's Aperture. Its label is what Levenberg-Marquardt finds through the world's Camera Raw, from the
  analytic translation on. Stored with it is J'J, the mean squared CIEDE2000 that a small slider error makes in
  that photo. RAW worlds have Adobe's own profile or one learnt from Aperture's previews. One photograph in
  {HELD_OUT} and one camera in {worlds.HELD_OUT} are held out from training.
- **Loss.** The root of d'(J'J)d for the slider errors d: to second order the difference in the picture. Sliders
  can compensate each other, so their errors alone say little. The log-variances are trained on the sliders'
  errors and then shifted, slider by slider, until 80 % intervals hold 80 % of the errors on validation worlds (one
  in {VALIDATION}).
- **Trust.** A model helps most photos and makes some worse. So each answer is applied by a factor for the photo's
  class (its kind of file and its kinds of edits: `couloir.derive.residual.classes`) and for the pictures that are
  there. The factors are the largest with which at most {MOST:.0%} of any class get worse by more than {WORSE:g}
  CIEDE2000, on photos that the model was not trained on and with a margin for chance: once with the formulas of
  the training, and again in validation worlds (one shard in {synthesise.VALIDATE_SHARE + 1}) whose formulas neither
  training nor the test has; with both pictures all worlds count together (`couloir.learn.trust_table`). A factor
  of 0 is silence, and the translation's note says why. By class, too, the 80 % intervals are made to hold 80 % of
  the errors. The table is in the model's file; a model without one is silent on dangerous classes unless it sees
  both pictures.
- **Network.** {recipe.members} members, hidden layers of {hidden}, ReLU, {recipe.epochs} epochs of Adam. Half of
  the examples have the camera's offset in their prior; a quarter has no picture, some only one of the two. The
  same pairs and seed give the same file.
- **Judgement.** At least {evaluate.PHOTOS * 84:,} photos of held-out worlds, cameras and photographs, each
  rendered with the settings of every contestant. `promote` refuses a model whose held-out median is not below
  that of the model in use.
- **Formulas.** What is borrowed from Photos may not be Aperture's, so each formula has several forms
  (`couloir.engines.aperture.forms`). One form of each is never trained with (`couloir.learn.formulas`) and makes
  every second test world; the evaluation tells both kinds apart. One more is in validation worlds only.
- **Originals.** Under Adobe's profile a migration draws a RAW photo's original from the file, without the profile's
  look; the plug-in sends Lightroom's rendering, which has it. {synthesise.PLAIN_SHARE:.0%} of the photos are seen the
  first way, in training and in the evaluation, which tells both apart.
- **What users get.** `scripts/evaluate_translation.py PHOTOGRAPHS` writes libraries of hidden worlds, runs
  `couloir migrate` on them, and draws its XMP by Camera Raws that nothing here knows: for JPEG and RAW files, with
  Adobe's profile and with a learnt one, by class of edits.

## Real pairs

`couloir learn pairs --aperture LIBRARY --lightroom CATALOG.lrcat --to FOLDER` makes pairs of photos that were
adjusted in both programs; `--migration FOLDER` uses the looks that `couloir match` found, and `--taught` the
corrections that "Teach Couloir" in Lightroom has stored. A photo of a catalog is accepted only if the file names agree,
at least two more facts agree (file size, capture time, dimensions, camera), none disagrees, and there is one candidate
on either side; all others are in `refused.json` with the reason. Settings texts are parsed, never executed. Nothing is
solved: the label is the change from the present translation to the settings, and its metric comes from our Camera Raw
engine at the preview. A fifth of the originals and a fifth of the cameras always belong to the validation data.

`couloir learn contribute` writes a data set as a text without pixels, names, times or places. `couloir learn inbox
FOLDER --to DATA [--watch]` adds such texts, and catalogs of a library, to a data set; it refuses invalid ones with the
reason.

## Calibrate to a library

What Aperture's formulas are is known only in part: the Aperture engine's constants are guesses with ranges, and each
borrowed formula may have another form. A library of edited photos knows better.

```sh
couloir learn calibrate LIBRARY                             # measures, and uses it for this library
couloir learn calibrate LIBRARY --to mine.calibration.json  # writes the numbers, too
couloir learn calibrate LIBRARY --forget                    # the usual strengths again
```

Edited photos are used whose original is a rendered file (JPEG, TIFF, PNG) and whose preview is trusted: up to date, of
this photo, of the same frame. The engine draws each at its {POINTS} flattest pixels of {EDGE} in the long edge. One
family of constants and forms is fitted at a time, on the photos that exercise it and few others, by robust least
squares within the stated ranges; every combination of forms is tried. Its 80 % intervals take each photo as one
observation. A guess counts as wrong only where photos that the fit did not see come nearer by more than chance. It
holds where they do not and the whole interval lies near it; else it is undecided, and stays. At least {FEWEST} photos
must exercise a constant. RAW photos are left out: Adobe's decoder under them would be mixed with Apple's. Sharpening
and noise reduction do not show at this size.

Translations of that library then take their strengths from its own Aperture: those that leave least in the middle of
random Camera Raws. Strengths follow for Brightness, Black Point, Recovery, Highlights, Shadows, Mid Contrast, Contrast,
Definition, Saturation and Vibrancy, where they were measured. All else (curves, colour, tint wheels, vignettes, white
balance that was picked, orders of stages) is only reported. The file has numbers and names of fields of the engine, no
pixels, no names, no times, no places; `couloir learn inbox` checks and keeps such files. Whether the method finds
hidden constants and formulas: `scripts/evaluate_calibration.py`.

## Checks of the data

`couloir learn look --data FOLDER [--library LIBRARY] [--pictures FOLDER]` ranks anomalies (renderings that stay far
from their preview, settings that make it worse, impossible ones, duplicates, labels far from the model's answer), names
the ranges of adjustments with too few pairs, measures how far a library is from the training data, and lists those of
its photos that training would gain most from: those on which the ensemble's members disagree.

## When a model is refused

The daemon checks a model's file before it opens it and tests the model before it uses it (`couloir.derive.residual`). A
model is refused if it is for another feature version, if a weight is not finite, or if its self-test fails.
Translations are then analytic, each says so in its note, and `couloir doctor` and `GET /v1/health` name the reason.

## Inputs and outputs

{COUNT} features (version {FEATURE_VERSION}) and {len(OUTPUTS)} outputs: [their list](learning-features.md) has units
and ranges. The [card](../models/couloir-1.md) of the shipped model has its evaluation.
"""


def _features() -> list[str]:
    rows = [f"| `{feature.name}` | {feature.unit} | {feature.low:g} | {feature.high:g} |" for feature in SCHEMA]
    return [
        f"## Features, version {FEATURE_VERSION}\n",
        f"{COUNT} numbers in this order, each 0 when neutral or unknown, clipped to its range. They hold no names.\n",
        "| feature | unit | from | to |",
        "|---|---|---:|---:|",
        *rows,
    ]


def _outputs() -> list[str]:
    rows = [f"| `{output.name}` | {output.size:g} {output.unit} | {output.key or '-'} |" for output in OUTPUTS]
    return ["\n## Outputs\n", "| output | one unit | develop key |", "|---|---|---|", *rows]
