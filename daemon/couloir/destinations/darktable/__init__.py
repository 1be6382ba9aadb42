"""darktable: its own sidecar beside each photograph, with a history of the modules that carry Aperture's look."""
