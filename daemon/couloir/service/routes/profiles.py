"""Camera profiles that were learnt for the cameras of a library. Nothing is learnt or installed here."""

from __future__ import annotations

from couloir.errors import AccessDenied
from couloir.service.http.api import Api
from couloir.service.http.problems import LibraryNotOpen, UnknownLibrary
from couloir.service.http.wire import Count, LibraryId, Outgoing, Trouble
from couloir.service.services import Services


class ProfileView(Outgoing, frozen=True, kw_only=True):
    """A learnt camera profile. `before` and `after` are mean CIEDE2000 of photos that were held out, under Camera Raw's
    default and under the profile; it was learnt from `learnt_from` photos of the library named `library`.

    `photos` is the number of RAW photos of this library that it applies to. `installed`: Camera Raw's folder holds it;
    Lightroom reads that folder only when it starts.
    """

    name: str
    camera: str
    library: str
    learnt_from: Count
    before: float
    after: float
    photos: Count
    installed: bool


class ProfileList(Outgoing, frozen=True, kw_only=True):
    """The profiles that an import of the library with `profiles` would use, by camera.

    `troubles` names each file among the learnt profiles that cannot be read and is left out.
    """

    profiles: list[ProfileView]
    troubles: list[Trouble]


def profile_routes(api: Api, services: Services) -> None:
    """/v1/libraries/ID/profiles"""

    def list_profiles(library_id: str) -> ProfileList:
        from couloir.service.libraries.profiles import learnt_profiles, lightrooms_folder, offers, refused_profiles

        cameras = services.libraries.get(library_id).require_index().raw_cameras()
        found = offers(learnt_profiles(services), cameras, lightrooms_folder())
        return ProfileList(
            profiles=[
                ProfileView(
                    name=offer.profile.name,
                    camera=offer.profile.camera,
                    library=facts.library,
                    learnt_from=facts.photos,
                    before=facts.before,
                    after=facts.after,
                    photos=offer.photos,
                    installed=offer.installed,
                )
                for offer in found
                if (facts := offer.profile.learnt) is not None
            ],
            troubles=refused_profiles(services.settings.profiles_folder),
        )

    api.get(
        "/v1/libraries/<library_id>/profiles",
        list_profiles,
        "The camera profiles that were learnt for its cameras.",
        ProfileList,
        problems=(UnknownLibrary, LibraryNotOpen, AccessDenied),
        path_types={"library_id": LibraryId},
    )
