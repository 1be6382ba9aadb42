"""Camera profiles (DCP): read, written, and learnt from a library's own previews."""

from couloir.profiles.camera_profile import CameraProfile, EmbedPolicy, Facts
from couloir.profiles.dcp import parse_profile, profile_bytes, read_profile

__all__ = [
    "CameraProfile",
    "EmbedPolicy",
    "Facts",
    "parse_profile",
    "profile_bytes",
    "read_profile",
]
