"""The plug-in in Lightroom's folder, and newer releases."""
