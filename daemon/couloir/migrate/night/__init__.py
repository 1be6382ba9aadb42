"""A night of matching: the photos of a library by plan, until the time is spent."""
