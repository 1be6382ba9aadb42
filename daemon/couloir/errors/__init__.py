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
│   ├── BadSettingsFile     a settings file of another program cannot be read
│   ├── CannotEmbed         this file type cannot carry XMP
│   ├── CannotRender        this renderer cannot draw this photo
│   │   └── NoRawDecoder    LibRaw, which reads RAW files, is not installed
│   └── UnreadableOriginal  the disk does not give an original's content
├── VerificationFailed      what was written is not what the ledger says
├── NotAllThere             what was written is whole, and items of the library are missing
├── NotAll                  a run ended, and some items failed
├── ServiceError            the background service cannot do what was asked
│   ├── CannotListen        no port on 127.0.0.1 can be had
│   ├── StateTooNew         a newer Couloir wrote the service's files
│   ├── SupervisorFailed    launchd, systemd or Task Scheduler refused
│   ├── NoSupervisor        this system has none that Couloir knows
│   └── NoSession           it has one, which does not run for this user now
├── InstallationError       the plug-in cannot be installed, or releases be read
│   ├── PluginForeign       a folder of the plug-in's name is something else
│   ├── PluginChanged       files were put or changed in the installed plug-in
│   ├── PluginMissing       there is no installed plug-in
│   ├── NoModulesFolder     where Lightroom looks for plug-ins is not known on this system
│   ├── NoReleases          this copy does not say where releases are published
│   └── ReleasesUnread      what is published there cannot be read
├── CaptureOneError         Capture One cannot be driven
│   ├── CaptureOneElsewhere  this system is not macOS
│   ├── CaptureOneClosed    it is not running, or was quit
│   ├── AutomationDenied    macOS does not let this program control it
│   ├── NoOpenDocument      no catalog or session is open in it
│   └── OtherDocument       another one came to the front during the run
├── ProfileError            a camera profile cannot be used
│   ├── BadProfile          the file is not a camera profile, or is broken
│   ├── NothingToLearn      the library has no photo that one can be learnt from
│   ├── NoProfileFolder     where Camera Raw looks for profiles is not known on this system
│   └── CannotInstall       Camera Raw's folder of presets and profiles cannot be written
├── LearnError              a model cannot be trained, judged or promoted
│   ├── TooFewPhotographs   not enough pictures to learn from
│   ├── NoDataSet           no training data in the folder, or of another kind
│   ├── BadCatalog          a Lightroom catalog cannot be read
│   ├── BadBundle           a contribution is broken, or of another version
│   ├── BadCalibration      a calibration is broken, or of another version
│   ├── TooFewEditedPhotos  a library has too few photos to calibrate to
│   └── NotPromoted         a model is not better on photos that it was not trained on
├── WorkersError            processes or computers that work for a command cannot do so
│   ├── WorkerEnded         a process ended before its answer
│   ├── ClusterMissing      the package distributed cannot be used
│   ├── ClusterSilent       a scheduler does not answer
│   └── ClusterUnfit        its workers cannot run this Couloir
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

One file per family. A class's docstring is its message template, `code` is stable and meant for programs, `advice` says
what to do next, `exit_code` is what the command line returns (docs/errors.md is tested against this package). Errors
about one item inside a run become findings or ledger rows; they never end the run.
"""

from __future__ import annotations

from couloir.errors.base import CouloirError
from couloir.errors.capture_one import (
    AutomationDenied,
    CaptureOneClosed,
    CaptureOneElsewhere,
    CaptureOneError,
    NoOpenDocument,
    OtherDocument,
)
from couloir.errors.content import (
    BadArchive,
    BadImage,
    BadSettingsFile,
    BadXmp,
    CannotEmbed,
    CannotRender,
    ContentError,
    NoRawDecoder,
    UnreadableOriginal,
)
from couloir.errors.destination import (
    AccessDenied,
    DestinationDisk,
    DestinationError,
    DestinationForeign,
    DestinationInUse,
    DestinationOfOtherCatalog,
    DiskFull,
    LedgerDamaged,
    LedgerNewer,
    NotAll,
    NotAllThere,
    NotAMigration,
    VerificationFailed,
)
from couloir.errors.installation import (
    InstallationError,
    NoModulesFolder,
    NoReleases,
    PluginChanged,
    PluginForeign,
    PluginMissing,
    ReleasesUnread,
)
from couloir.errors.learn import (
    BadBundle,
    BadCalibration,
    BadCatalog,
    LearnError,
    NoDataSet,
    NotPromoted,
    TooFewEditedPhotos,
    TooFewPhotographs,
)
from couloir.errors.library import (
    DamagedLibrary,
    LibraryError,
    NotALibrary,
    NothingComesOver,
    UnknownProject,
    UnknownScope,
    UnknownVersion,
    UnsupportedLibrary,
)
from couloir.errors.model import (
    FeaturesDiffer,
    ModelAltered,
    ModelError,
    ModelFailed,
    ModelMissing,
    ModelNotFinite,
    ModelShapeDiffers,
    ModelUnreadable,
    ModelUnsafe,
    PackageMissing,
    SelfTestFailed,
)
from couloir.errors.profile import (
    BadProfile,
    CannotInstall,
    NoProfileFolder,
    NothingToLearn,
    ProfileError,
)
from couloir.errors.service import (
    CannotListen,
    NoSession,
    NoSupervisor,
    ServiceError,
    StateTooNew,
    SupervisorFailed,
)
from couloir.errors.workers import (
    ClusterMissing,
    ClusterSilent,
    ClusterUnfit,
    WorkerEnded,
    WorkersError,
)

__all__ = [
    "AccessDenied",
    "AutomationDenied",
    "BadArchive",
    "BadBundle",
    "BadCalibration",
    "BadCatalog",
    "BadImage",
    "BadProfile",
    "BadSettingsFile",
    "BadXmp",
    "CannotEmbed",
    "CannotInstall",
    "CannotListen",
    "CannotRender",
    "CaptureOneClosed",
    "CaptureOneElsewhere",
    "CaptureOneError",
    "ClusterMissing",
    "ClusterSilent",
    "ClusterUnfit",
    "ContentError",
    "CouloirError",
    "DamagedLibrary",
    "DestinationDisk",
    "DestinationError",
    "DestinationForeign",
    "DestinationInUse",
    "DestinationOfOtherCatalog",
    "DiskFull",
    "FeaturesDiffer",
    "InstallationError",
    "LearnError",
    "LedgerDamaged",
    "LedgerNewer",
    "LibraryError",
    "ModelAltered",
    "ModelError",
    "ModelFailed",
    "ModelMissing",
    "ModelNotFinite",
    "ModelShapeDiffers",
    "ModelUnreadable",
    "ModelUnsafe",
    "NoDataSet",
    "NoModulesFolder",
    "NoOpenDocument",
    "NoProfileFolder",
    "NoRawDecoder",
    "NoReleases",
    "NoSession",
    "NoSupervisor",
    "NotALibrary",
    "NotAMigration",
    "NotAll",
    "NotAllThere",
    "NotPromoted",
    "NothingComesOver",
    "NothingToLearn",
    "OtherDocument",
    "PackageMissing",
    "PluginChanged",
    "PluginForeign",
    "PluginMissing",
    "ProfileError",
    "ReleasesUnread",
    "SelfTestFailed",
    "ServiceError",
    "StateTooNew",
    "SupervisorFailed",
    "TooFewEditedPhotos",
    "TooFewPhotographs",
    "UnknownProject",
    "UnknownScope",
    "UnknownVersion",
    "UnreadableOriginal",
    "UnsupportedLibrary",
    "VerificationFailed",
    "WorkerEnded",
    "WorkersError",
]
