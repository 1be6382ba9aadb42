"""The local service that the Lightroom plug-in talks to."""
