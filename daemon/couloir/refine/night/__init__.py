"""Which photos to match first when there is time for some of them, and what those say of the others. Pure."""
