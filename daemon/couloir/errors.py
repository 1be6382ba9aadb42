"""Every failure a person can meet, in one tree.

CouloirError
├── LibraryError            the Aperture library cannot be used at all
│   ├── NotALibrary         the path is something else
│   ├── UnsupportedLibrary  Aperture 1 or 2, or a database newer than we know
│   ├── DamagedLibrary      a database is missing, truncated or not SQLite
│   ├── UnknownVersion      the version asked for is not in the library
│   ├── UnknownProject      the project asked for is not in the library, or several have its name
│   ├── UnknownScope        a project or album chosen for an import is not in the library
│   └── NothingComesOver    the library has photos, and all of them would be left out
├── DestinationError        the folder to write to cannot be used
│   ├── DestinationInUse    another migration holds it
│   ├── DestinationOfOtherCatalog  another Lightroom catalog takes it over
│   ├── DestinationForeign  it holds a migration of another library
│   ├── NotAMigration       there is no ledger in it
│   ├── DiskFull            no space left
│   ├── AccessDenied        the operating system refused
│   ├── DestinationDisk     the disk reports errors, or is gone
│   ├── LedgerDamaged       the ledger is not a whole database, or belongs to another program
│   └── LedgerNewer         a newer Couloir wrote the ledger
├── ContentError            one item's content is not usable; a run notes it and goes on
│   ├── BadArchive          an adjustment blob is hostile or broken
│   ├── BadImage            a picture cannot be decoded, or is larger than allowed
│   ├── BadXmp              an XMP packet is not well-formed
│   ├── CannotEmbed         this file type cannot carry XMP
│   ├── CannotRender        this renderer cannot draw this photo
│   └── UnreadableOriginal  the disk does not give an original's content
├── VerificationFailed      what was written is not what the ledger says
├── ServiceError            the background service cannot do what was asked
│   ├── CannotListen        no port on 127.0.0.1 can be had
│   ├── StateTooNew         a newer Couloir wrote the service's files
│   ├── SupervisorFailed    launchd, systemd or Task Scheduler refused
│   └── NoSupervisor        this system has none that Couloir knows
├── ProfileError            a camera profile cannot be used
│   ├── BadProfile          the file is not a camera profile, or is broken
│   ├── NothingToLearn      the library has no photo that one can be learnt from
│   └── NoProfileFolder     where Camera Raw looks for profiles is not known on this system
├── LearnError              a model cannot be trained, judged or promoted
│   ├── TooFewPhotographs   not enough pictures to learn from
│   ├── NoDataSet           no training data in the folder, or of another kind
│   ├── BadCatalog          a Lightroom catalog cannot be read
│   ├── BadBundle           a contribution is broken, or of another version
│   └── NotPromoted         a model is not better on photos that it was not trained on
└── ModelError              a learned model is refused; translations stay analytic
    ├── ModelMissing        the registry or the model's file is not there
    ├── ModelAltered        the file is not the one that the registry pins
    ├── ModelUnreadable     the file or the registry cannot be read
    ├── ModelUnsafe         it refers to other files, is too large, or holds more than our graphs do
    ├── FeaturesDiffer      it was made for other features than this Couloir computes
    ├── ModelShapeDiffers   its inputs or outputs have other names, shapes or units
    ├── ModelNotFinite      weights or predictions are not finite
    ├── ModelFailed         onnxruntime failed during a prediction
    ├── SelfTestFailed      its predictions for the registry's example differ from the recorded ones
    └── PackageMissing      onnxruntime (to run it) or onnx (to write it) cannot be used

A class's docstring is its message template, `code` is stable and meant for programs, `advice` says what
to do next, `exit_code` is what the command line returns (docs/errors.md is tested against this module).
Errors about one item inside a run become findings or ledger rows; they never end the run.
"""

from __future__ import annotations

from typing import ClassVar


class CouloirError(Exception):
    """{what}"""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    advice: ClassVar[str] = "Run `couloir --verbose` with the same arguments and report what it prints."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """What happened, to which item: one line, no advice."""
        template = type(self).__doc__ or "{what}"
        return " ".join(template.format(**self.facts).split())

    def __str__(self) -> str:
        return f"{self.message} {self.advice}"


class LibraryError(CouloirError):
    """The library {path} cannot be used: {why}."""

    code = "library"
    exit_code = 10
    advice = "Check that the path is the library you mean and that its disk is connected."


class NotALibrary(LibraryError):
    """{path} is not an Aperture library: {why}."""

    code = "library.not-a-library"
    exit_code = 11
    advice = (
        "Give the path of a folder whose name ends in .aplibrary (or .photolibrary for iPhoto 9, .apvault for a vault)."
    )


class UnsupportedLibrary(LibraryError):
    """{path} was written by {app}, which Couloir cannot read."""

    code = "library.unsupported"
    exit_code = 12
    advice = (
        "Couloir reads libraries of Aperture 3 and of iPhoto 9.3 to 9.6. Use a copy or a vault that one of them "
        "wrote, or upgrade the library by opening it in one of them on an older Mac. Without either, add its "
        "originals to Lightroom."
    )


class DamagedLibrary(LibraryError):
    """The library {path} is damaged: {why}."""

    code = "library.damaged"
    exit_code = 13
    advice = (
        "Restore the named file from a backup or a vault; nothing was written. "
        "--rebuild-from-plists reads what the library's property lists still hold, and says what they lack; "
        "the plug-in offers it."
    )


class UnknownVersion(LibraryError):
    """The library {path} has no single version {version!r}: {why}."""

    code = "library.unknown-version"
    exit_code = 14
    advice = "Give a version's uuid, or a name that only one version has; `couloir inspect --versions` lists them."


class UnknownProject(LibraryError):
    """The library {path} has no one project {project!r}: {why}."""

    code = "library.unknown-project"
    exit_code = 15
    advice = "Give a project's uuid, or a name that only one project has; `couloir inspect` lists them."


class UnknownScope(LibraryError):
    """{item} is not in the library."""

    code = "import.unknown-scope"
    exit_code = 17
    advice = "Choose projects and albums that the library lists; open it again if it has changed."


class NothingComesOver(LibraryError):
    """Nothing in the library {path} can be migrated: {why}."""

    code = "library.nothing"
    exit_code = 16
    advice = (
        "Correct the cause that is named and run the command again; `couloir inspect` shows what the library holds."
    )


class DestinationError(CouloirError):
    """The destination {path} cannot be used: {why}."""

    code = "destination"
    exit_code = 20
    advice = "Correct the cause that is named, or choose another folder with --to."


class DestinationInUse(DestinationError):
    """Another migration is writing to {path}."""

    code = "destination.in-use"
    exit_code = 21
    advice = "Wait until it has finished, or stop it; then run the command again to continue."


class DestinationOfOtherCatalog(DestinationError):
    """The migration in {path} belongs to another Lightroom catalog, {catalog}."""

    code = "destination.other-catalog"
    exit_code = 26
    advice = "Choose another folder for this catalog, or open that catalog in Lightroom and continue there."


class DestinationDisk(DestinationError):
    """The disk that holds {path} reported an error: {why}."""

    code = "destination.disk"
    exit_code = 27
    advice = "Check that the disk is connected and healthy; then run the same command again to continue."


class LedgerDamaged(DestinationError):
    """The ledger {path} cannot be used: {why}."""

    code = "destination.ledger"
    exit_code = 28
    advice = (
        "Run `couloir migrate` again with the same library and folder: it restores the last complete state from the "
        "ledger's own backup. If there is none, restore the .couloir folder from your own backup."
    )


class LedgerNewer(DestinationError):
    """The ledger {path} was written by a newer Couloir: {why}."""

    code = "destination.newer"
    exit_code = 29
    advice = "Update Couloir, then run the same command again."


class DestinationForeign(DestinationError):
    """{path} already holds a migration of another library ({library})."""

    code = "destination.foreign"
    exit_code = 22
    advice = "Choose an empty folder with --to, one for each library."


class NotAMigration(DestinationError):
    """{path} holds no Couloir ledger."""

    code = "destination.no-ledger"
    exit_code = 23
    advice = "Give the folder that `couloir migrate --to` wrote."


class DiskFull(DestinationError):
    """The disk that holds {path} is full: {why}."""

    code = "destination.disk-full"
    exit_code = 24
    advice = "Free some space and run the same command again; it continues where it stopped."


class AccessDenied(DestinationError):
    """The operating system does not allow access to {path}."""

    code = "access-denied"
    exit_code = 25
    advice = (
        "Check the folder's permissions; on macOS grant Full Disk Access to the terminal in System Settings > Privacy."
    )


class ContentError(CouloirError):
    """{item} cannot be used: {why}."""

    code = "content"
    exit_code = 30
    advice = "The item is listed in the report; the rest of the library is not affected."


class BadArchive(ContentError):
    """The adjustment data of {item} cannot be read: {why}."""

    code = "content.archive"
    exit_code = 31


class BadImage(ContentError):
    """The picture {item} cannot be decoded: {why}."""

    code = "content.image"
    exit_code = 32


class BadXmp(ContentError):
    """The XMP of {item} cannot be read: {why}."""

    code = "content.xmp"
    exit_code = 33


class CannotEmbed(ContentError):
    """XMP cannot be embedded in {item}: {why}."""

    code = "content.cannot-embed"
    exit_code = 34
    advice = "The plug-in sets this photo's metadata inside Lightroom instead."


class CannotRender(ContentError):
    """{item} cannot be rendered by {renderer}: {why}."""

    code = "content.cannot-render"
    exit_code = 35
    advice = "The photo is migrated anyway; only its measured difference is missing."


class UnreadableOriginal(ContentError):
    """The original {item} cannot be read: {why}."""

    code = "content.original"
    exit_code = 36
    advice = (
        "If only access is refused, grant it. Otherwise find the file in a backup or a vault, put it back in its "
        "place and run again."
    )


class VerificationFailed(CouloirError):
    """{problems} of {checked} items in {path} differ from the ledger."""

    code = "verification"
    exit_code = 40
    advice = (
        "Keep every file that is named: a changed file may hold later work. Run `couloir migrate` again to write "
        "files that are missing or cut short; move a damaged file to another folder first and compare the two."
    )


class ServiceError(CouloirError):
    """The service cannot do this: {why}."""

    code = "service"
    exit_code = 50
    advice = "Run `couloir doctor`; it names the next step."


class CannotListen(ServiceError):
    """The service cannot listen on {address}: {why}."""

    code = "service.cannot-listen"
    exit_code = 51
    advice = "Allow Couloir to use 127.0.0.1 in the firewall or security program, or give another port with --port."


class StateTooNew(ServiceError):
    """{path} was written by a newer Couloir ({found}; this one knows {known})."""

    code = "service.state-too-new"
    exit_code = 52
    advice = "Install the newer Couloir again, or move that file away to start without its jobs."


class SupervisorFailed(ServiceError):
    """`{command}` failed: {why}."""

    code = "service.supervisor"
    exit_code = 53
    advice = "Run `couloir doctor`; until then `couloir serve` in a terminal does the same work."


class NoSupervisor(ServiceError):
    """This system ({system}) has no service manager that Couloir knows."""

    code = "service.no-supervisor"
    exit_code = 54
    advice = "Start `couloir serve` yourself, for example from your session's autostart folder."


class ProfileError(CouloirError):
    """The camera profile {item} cannot be used: {why}."""

    code = "profile"
    exit_code = 70
    advice = "Photos are translated without it, on Adobe's own profile."


class BadProfile(ProfileError):
    """The camera profile {item} cannot be read: {why}."""

    code = "profile.unreadable"
    exit_code = 71
    advice = "Learn it again with `couloir profile learn`; photos are translated without it until then."


class NothingToLearn(ProfileError):
    """No camera profile can be learnt for {item}: {why}."""

    code = "profile.nothing-to-learn"
    exit_code = 72
    advice = (
        "Photos of this camera are translated with Adobe's profile. To learn one, read a library that has unedited "
        "RAW photos of it with up-to-date previews; where Aperture still runs, Photos > Update Preview makes them."
    )


class NoProfileFolder(ProfileError):
    """The folder of Camera Raw's profiles is not known for {item}: {why}."""

    code = "profile.no-folder"
    exit_code = 73
    advice = "Give Camera Raw's CameraProfiles folder with --folder."


class LearnError(CouloirError):
    """Learning cannot continue: {why}."""

    code = "learn"
    exit_code = 80
    advice = "The model in use stays; correct the cause that is named and run the command again."


class TooFewPhotographs(LearnError):
    """Only {found} photographs were found, and learning needs {needed}."""

    code = "learn.photographs"
    exit_code = 81
    advice = "Name more folders of photographs with --photographs; any JPEG files of different scenes will do."


class NoDataSet(LearnError):
    """There is no training data to use in {path}: {why}."""

    code = "learn.data"
    exit_code = 82
    advice = "Make training data with `couloir learn synthesise`, or give the folder that holds it."


class BadCatalog(LearnError):
    """The Lightroom catalog {path} cannot be read: {why}."""

    code = "learn.catalog"
    exit_code = 83
    advice = "Give a .lrcat of Lightroom 2 or later that no Lightroom has open; open it once there if it is damaged."


class BadBundle(LearnError):
    """The contribution {path} cannot be used: {why}."""

    code = "learn.bundle"
    exit_code = 84
    advice = "Ask its sender to make it again with this version of Couloir; nothing in it was used."


class NotPromoted(LearnError):
    """The model {model} is not promoted: {why}."""

    code = "learn.not-promoted"
    exit_code = 85
    advice = (
        "The model in use stays; train with more pairs, or read what `couloir learn evaluate` reports about this one."
    )


class ModelError(CouloirError):
    """The model {model} cannot be used: {why}."""

    code = "model"
    exit_code = 60
    advice = "Translations are analytic until then; install Couloir again to restore the model that it ships."


class ModelMissing(ModelError):
    """The model {model} is missing: {why}."""

    code = "model.missing"
    exit_code = 61


class ModelAltered(ModelError):
    """The file of the model {model} differs from the registered one: {why}."""

    code = "model.altered"
    exit_code = 62


class ModelUnreadable(ModelError):
    """The model {model} cannot be read: {why}."""

    code = "model.unreadable"
    exit_code = 63


class ModelUnsafe(ModelError):
    """The model {model} was refused before it was opened: {why}."""

    code = "model.unsafe"
    exit_code = 64


class FeaturesDiffer(ModelError):
    """The model {model} was made for features of version {found}, and this Couloir computes version {known}."""

    code = "model.features"
    exit_code = 65
    advice = (
        "Translations are analytic until then; use the model that belongs to this version of Couloir, or train again."
    )


class ModelShapeDiffers(ModelError):
    """The model {model} does not have the expected inputs and outputs: {why}."""

    code = "model.shape"
    exit_code = 66
    advice = (
        "Translations are analytic until then; use the model that belongs to this version of Couloir, or train again."
    )


class ModelNotFinite(ModelError):
    """The model {model} returns values that are not finite: {why}."""

    code = "model.not-finite"
    exit_code = 67


class ModelFailed(ModelError):
    """The model {model} failed during a prediction: {why}."""

    code = "model.failed"
    exit_code = 74


class SelfTestFailed(ModelError):
    """The model {model} failed its self-test: {why}."""

    code = "model.self-test"
    exit_code = 68
    advice = "Translations are analytic until then; check the onnxruntime installation with `couloir doctor`."


class PackageMissing(ModelError):
    """The package {package}, needed to {purpose}, cannot be used ({why}). This installs it: {command}"""

    code = "model.package"
    exit_code = 69
    advice = "Translations are analytic until then."
