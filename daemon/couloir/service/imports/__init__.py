"""Imports into Lightroom: the user's choices and the progress of each."""
