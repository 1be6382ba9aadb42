"""Camera profiles (DCP): reading, writing, and learning them from a library's own previews."""

from couloir.profiles.camera_profile import CameraProfile, EmbedPolicy, Facts
from couloir.profiles.dcp import parse_profile, profile_bytes, read_profile
from couloir.profiles.learning import LearntProfile, learn
from couloir.profiles.samples import Pair

__all__ = [
    "CameraProfile",
    "EmbedPolicy",
    "Facts",
    "LearntProfile",
    "Pair",
    "learn",
    "parse_profile",
    "profile_bytes",
    "read_profile",
]
