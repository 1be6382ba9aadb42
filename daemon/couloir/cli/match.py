"""`couloir match`: brings the looks of a library nearer to Aperture's previews, without Lightroom."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import click
from click.core import ParameterSource

from couloir.aperture.library import Library
from couloir.cli.durations import parse_span, parse_time
from couloir.cli.numbers import number, quantity, tell
from couloir.cli.options import Reading, json_option, library_argument, no_pictures_option, reading_options
from couloir.cli.output import console, escape_text, none_shown, print_json, progress
from couloir.cli.profile_tally import ProfileTally
from couloir.cli.translators import learnt_profiles, strengths_for, translator_for
from couloir.derive.residual.store import ModelStatus, ModelStore
from couloir.destinations.door import Door
from couloir.destinations.every import LIGHTROOM
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.protocol import Renderer
from couloir.engines.real import Darktable, DngConverter, RawTherapee, darktable, rawtherapee
from couloir.errors import NotAll, NotAMigration
from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.migrate.base_renderings import BaseRendering, base_renderings
from couloir.migrate.beside.match import DoorRenderer, match_beside
from couloir.migrate.enhanced.closest import MOST_PROFILES, TableDrawing, enhance_matches
from couloir.migrate.enhanced.unseen import enhance_unseen
from couloir.migrate.ledger.door import door_of, program_of
from couloir.migrate.ledger.expectations import sum_knowledge
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import MatchRecord
from couloir.migrate.match_library import Progress, Tally, Way, match_library
from couloir.migrate.night.candidates import Scope
from couloir.migrate.night.run import Budget, match_by_plan
from couloir.migrate.outlook import raw_unmeasured
from couloir.migrate.run import LEDGER, open_ledger, write_matched_looks
from couloir.profiles.baselines import NO_BASELINES, Baselines
from couloir.refine.options import Finish, Options
from couloir.refine.run import not_drawn
from couloir.refine.verdict import describe_renderer, tell_figure, verdict
from couloir.workers import Workers, count_cores

_NAMED = 20  # photos that failed
_CHANNEL_CURVE = "ToneCurvePV2012Red"
_FOR_LIGHTROOM: Final = frozenset(
    (
        *("finish", "renderings", "profiles", "closest_look", "most_looks", "no_pictures", "budget", "until", "only"),
        *("workers", "scheduler"),
    )
)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A renderer by its name on the command line; `draws` lists the settings that it draws, None for all.

    `on` makes the renderer with learnt camera profiles and with the tables of enhanced profiles; None for one that
    cannot draw them.
    """

    make: Callable[[], Renderer]
    draws: Collection[str] | None = None
    on: Callable[[Baselines, Mapping[str, RgbTable]], Renderer] | None = None


RENDERERS: Mapping[str, _Choice] = {
    "engine": _Choice(
        CameraRawEngine, on=lambda profiles, tables: CameraRawEngine(profiles=profiles.looks, tables=tables)
    ),
    "darktable": _Choice(Darktable, darktable.DRAWN),
    "rawtherapee": _Choice(RawTherapee, rawtherapee.DRAWN),
    "dng-converter": _Choice(DngConverter),
}
_FINISHES = {"sliders": Finish.SLIDERS, "look": Finish.LOOK}


@click.command("match")
@library_argument
@click.option(
    "--to",
    "destination",
    required=True,
    type=click.Path(path_type=Path, readable=False),
    metavar="FOLDER",
    help="The folder of a migration of this library, or any other folder.",
)
@click.option(
    "--renderer",
    type=click.Choice(list(RENDERERS)),
    default="engine",
    show_default=True,
    help="The renderer: Couloir's Camera Raw engine, or a program that is installed.",
)
@click.option(
    "--finish",
    type=click.Choice(list(_FINISHES)),
    default="sliders",
    show_default=True,
    help="Move a few sliders only, or add tone curves to come closer.",
)
@click.option(
    "--renderings",
    type=click.IntRange(1, 20),
    default=Options().renderings,
    show_default=True,
    help="The most renderings of each photo, including the first; curves take one more. Without it three more are made "
    "where each still gains 0.25.",
)
@click.option(
    "--profiles/--no-profiles",
    default=False,
    show_default=True,
    help="Put the learnt camera profiles under RAW photos (see `couloir profile`); only Couloir's engine draws them.",
)
@click.option(
    "--closest-look",
    is_flag=True,
    help="Where colours still differ after the sliders, add a profile that carries the rest (see `couloir looks`).",
)
@click.option(
    "--most-looks",
    type=click.IntRange(1, 2000),
    default=MOST_PROFILES,
    show_default=True,
    help="The most profiles of --closest-look in all; photos with the same edit share one.",
)
@no_pictures_option
@click.option(
    "--budget",
    callback=parse_span,
    metavar="SPAN",
    help="Match for so long (8h, 90m, 1h30m), the photos that are worth most first.",
)
@click.option("--until", callback=parse_time, metavar="TIME", help="As --budget, until the clock shows this (7:00).")
@click.option(
    "--only",
    type=click.Choice([str(scope) for scope in Scope if scope is not Scope.ALL]),
    help="Match edited photos only, or those of 3 stars and more, the ones that are worth most first.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    show_default="all cores",
    help="Processes that draw and match at the same time; the result is the same with any number.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="A Dask scheduler (tcp://host:8786) whose workers match instead; needs the package distributed.",
)
@click.option(
    "--again",
    is_flag=True,
    help="Match photos anew that this renderer has matched before; a run of this kind that was stopped continues.",
)
@reading_options
@json_option
def command(
    library: Path,
    destination: Path,
    renderer: str,
    finish: str,
    renderings: int,
    most_looks: int,
    reading: Reading,
    *,
    closest_look: bool,
    profiles: bool,
    no_pictures: bool,
    budget: float | None,
    until: float | None,
    only: str | None,
    workers: int | None,
    scheduler: str | None,
    again: bool,
    as_json: bool,
) -> None:
    """Match the looks of LIBRARY to Aperture's previews, and record the difference of every photo.

    Each photo begins with the learned model's correction and with the offset of its camera.

    Where FOLDER holds a migration, its files get the looks, but for those that another program has changed since. Where
    it is for darktable or RawTherapee (`couloir migrate --for`), that program draws the photos, as --renderer, and gets
    the looks in its own files; options that are for Lightroom are refused.

    With --budget, --until or --only the photos that are worth most come first: by their rating, by the gain that is
    expected, and by what a photo says of others. A correction that serves a camera or an edit that was stamped on many
    photos is given to those that were not measured, once some of them have confirmed it; of unedited RAW photos a
    sample of each camera is judged. At the end every photo is measured, expected (with bounds that hold four times of
    five) or not known. What is left of the time is for --closest-look. The next night continues.

    With --scheduler the photos are matched by a cluster: its workers must have this version of Couloir, the renderer,
    and the library and its originals under the same paths. More than 32 of them gain nothing.

    Only FOLDER is written to; `couloir report FOLDER` shows the result. You can stop it at any moment and run it again:
    it continues with the remaining photos. The exit code is 41 where an original or a preview is damaged or lost.
    """
    door = _door_of(destination)
    if not door.in_xmp:
        _refuse_for(door)
        _finish(_match_door(library, destination, door, renderer, reading, again=again, as_json=as_json), library)
        return
    choice = RENDERERS[renderer]
    if _FINISHES[finish] is Finish.LOOK and choice.draws is not None and _CHANNEL_CURVE not in choice.draws:
        raise click.UsageError(f"{renderer} does not draw tone curves by channel: use --finish sliders.")
    fixed = () if choice.draws is None else not_drawn(choice.draws)
    under = _profiles(renderer) if profiles else NO_BASELINES
    tables: dict[str, RgbTable] = {}
    if closest_look and choice.on is None:
        raise click.UsageError(f"{renderer} does not draw enhanced profiles: leave --closest-look out.")
    drawing = choice.on(under, tables) if choice.on is not None else choice.make()
    models = ModelStore()
    options = Options(renderings=renderings, finish=_FINISHES[finish])
    way = Way(drawing, options, fixed, again, models, under, pictures=not no_pictures, strengths=strengths_for(library))
    found: dict[str, MatchRecord] = {}
    tally = Tally()
    closest = ProfileTally()
    night = _plan(budget, until, only)
    crew = Workers(workers or count_cores(), scheduler)
    with (
        reading.open(library) as opened,
        open_ledger(opened, destination) as ledger,
        progress("Matching") as advance,
    ):
        with closing(_matches(opened, ledger, destination, way, advance, night, crew)) as matched:
            for match in matched:
                tally.add(match)
                if as_json:
                    found[match.version] = match
        if closest_look:
            table_drawing = TableDrawing(drawing, tables)
            bar = closest.count_untried(advance.phase("Fitting profiles"))
            go_on = Budget().allows_turn if night is None else night[0].allows_turn
            for match in enhance_matches(
                opened, ledger, destination, table_drawing, bar, most=most_looks, again=again, go_on=go_on
            ):
                closest.add(match)
                if match.version in found:
                    found[match.version] = match
            translator = translator_for(library, under)
            bar = closest.count_untried(advance.phase("Profiles without a preview"))
            for match in enhance_unseen(
                opened, ledger, way, translator, bar, most=most_looks, again=again, go_on=go_on
            ):
                closest.add(match)
                if match.version in found:
                    found[match.version] = match
            closest.count(ledger)
        known = sum_knowledge(ledger)
        bases = base_renderings(opened, ledger, under)
        written = write_matched_looks(opened, ledger, destination)
        nothing = "" if tally.verdicts.total() else none_shown(opened)
        remark = raw_unmeasured(opened) if renderer == "engine" else ""
    if nothing and not as_json:
        console.print(escape_text(nothing))
    if as_json:
        print_json(
            {
                **_document(destination, way, tally, list(found.values())),
                "closest": closest.as_dict() if closest_look else None,
                "known": known.as_dict(),
                "written": written,
                "unedited_raw": [asdict(each) for each in bases],
                "remark": remark,
            }
        )
    else:
        _show(destination, tally, models.status(), drawing.name)
        for sentence in closest.tell(destination, drawing.name, most_looks) if closest_look else ():
            console.print(escape_text(sentence))
        for told in known.tell():
            console.print(tell(told))
        for base in bases:
            console.print(escape_text(_offer(base, library, drawing.name)))
        if written:
            console.print(f"Their looks were written into the files of {number(written)} migrated photos.")
        if remark:
            console.print(escape_text(remark))
    _finish(tally, library)


def _finish(tally: Tally, library: Path) -> None:
    if tally.failed:
        raise NotAll(failed=quantity(len(tally.failed), "photo", "photos"), path=library)


def _refuse_for(door: Door) -> None:
    """Refuse options that do nothing for a folder of another program than Lightroom."""
    context = click.get_current_context()
    for option in context.command.params:
        name = str(option.name)
        if name in _FOR_LIGHTROOM and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(
                f"FOLDER is for {door.title}, for which {option.opts[0]} does nothing: leave it out."
            )


def _door_of(destination: Path) -> Door:
    """The program that a folder was written for."""
    try:
        with Ledger.open_to_read(destination / LEDGER) as ledger:
            return door_of(ledger)
    except NotAMigration:
        return LIGHTROOM


def _match_door(
    library: Path, destination: Path, door: Door, renderer: str, reading: Reading, *, again: bool, as_json: bool
) -> Tally:
    """Match a folder for another program than Lightroom, as that program itself draws it, and tell what came of it."""
    if door.name not in _DOOR_RENDERERS:
        raise click.UsageError(f"FOLDER is for {door.title}, which no program on this computer draws for Couloir.")
    if renderer != door.name:
        raise click.UsageError(f"FOLDER is for {door.title}: give --renderer {door.name}, which must be installed.")
    tally, found = Tally(program_of(door)), []
    with (
        reading.open(library) as opened,
        open_ledger(opened, destination) as ledger,
        progress("Matching") as advance,
    ):
        for match in match_beside(
            opened, ledger, destination, door, _DOOR_RENDERERS[door.name](), advance, again=again
        ):
            tally.add(match)
            found.append(match)
    if as_json:
        print_json(_figures(destination, door.name, tally, found))
    else:
        _show(destination, tally, None, door.name)
    return tally


_DOOR_RENDERERS: Final[Mapping[str, Callable[[], DoorRenderer]]] = {"darktable": Darktable, "rawtherapee": RawTherapee}


def _plan(budget: float | None, until: float | None, only: str | None) -> tuple[Budget, Scope] | None:
    """The end of the night and the photos that are wanted; None for all photos in the library's order."""
    ends = [end for end in (budget, until) if end is not None]
    if not ends and only is None:
        return None
    return Budget(min(ends) if ends else None), Scope.ALL if only is None else Scope(only)


def _matches(
    library: Library,
    ledger: Ledger,
    destination: Path,
    way: Way,
    advance: Progress,
    plan: tuple[Budget, Scope] | None,
    workers: Workers,
) -> Generator[MatchRecord]:
    if plan is None:
        return match_library(library, ledger, destination, way, advance, workers)
    return match_by_plan(library, ledger, destination, way, *plan, advance, workers)


def _offer(base: BaseRendering, library: Path, renderer: str) -> str:
    """What was measured of a camera's unedited RAW photos, and how to bring them nearer to Aperture's previews."""
    figure = tell_figure(base.mean, renderer)
    measured = f"{number(base.measured)} of {number(base.photos)} measured, on average {figure}"
    told = f"Unedited RAW photos of {base.camera}: {measured}."
    return told if base.profile else f"{told} To bring all of them nearer: couloir profile learn {library}"


def _profiles(renderer: str) -> Baselines:
    """The learnt profiles, for a renderer that draws them. Raises BadProfile, or UsageError for one that does not."""
    if RENDERERS[renderer].on is None:
        raise click.UsageError(f"{renderer} does not draw learnt camera profiles: leave --profiles out.")
    return learnt_profiles()


def _document(destination: Path, way: Way, tally: Tally, found: list[MatchRecord]) -> dict[str, object]:
    model = way.models.status()
    return {
        **_figures(destination, way.renderer.name, tally, found),
        "profiles": way.profiles.names,
        "model": model.name if model.loaded else None,
        "note": "" if model.refusal is None else model.refusal.message,
    }


def _figures(destination: Path, renderer: str, tally: Tally, found: list[MatchRecord]) -> dict[str, object]:
    return {
        "destination": str(destination),
        "renderer": renderer,
        "verdicts": {word.code: count for word, count in tally.verdicts.items()},
        "renderings": tally.renderings,
        "before": tally.before / tally.measured if tally.measured else None,
        "after": tally.after / tally.measured if tally.measured else None,
        "photos": [
            {
                "version": match.version,
                "verdict": verdict(match.after, match.renderer, tally.program).code,
                "before": None if match.before is None else match.before.mean,
                "after": None if match.after is None else match.after.mean,
                "p95": None if match.after is None else match.after.p95,
                "renderings": match.renderings,
                "reason": match.reason,
                "failed": match.failed,
                "settings": dict(match.settings),
                "details": None if match.details is None else asdict(match.details),
            }
            for match in found
        ],
    }


def _show(destination: Path, tally: Tally, model: ModelStatus | None, renderer: str) -> None:
    total = tally.verdicts.total()
    if not total:
        console.print("There is no photo left to match that has an Aperture preview.")
        return
    if model is not None and model.refusal is not None:
        console.print(escape_text(f"{model.refusal.message} The matches began without the learned model."))
    for word, count in tally.verdicts.most_common():
        console.print(f"{number(count)} {word.lower()}")
    if tally.measured:
        before, after = tally.before / tally.measured, tally.after / tally.measured
        console.print(
            f"The mean difference of {number(tally.measured)} photos went from {number(before, 2)} to "
            f"{number(after, 2)} (CIEDE2000), drawn by {describe_renderer(renderer, tally.program)} in "
            f"{number(tally.renderings / tally.measured, 1)} renderings a photo."
        )
    if tally.failed:
        console.print(f"{number(len(tally.failed))} failed:")
        for reason in tally.failed[:_NAMED]:
            console.print(escape_text(f"  {reason}"))
        if len(tally.failed) > _NAMED:
            console.print(f"  ... and {number(len(tally.failed) - _NAMED)} more; --json lists them all")
    console.print(escape_text(f"See it with: couloir report {destination}"))
