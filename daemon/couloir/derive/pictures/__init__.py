"""The two pictures of a photo: Aperture's preview, judged whether it shows this version, and the unedited original."""
