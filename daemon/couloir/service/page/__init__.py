"""The page of all photos, served to a browser."""
