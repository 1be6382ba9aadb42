"""The report and the page of all photos."""
