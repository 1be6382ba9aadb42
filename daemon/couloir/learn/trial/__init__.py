"""Questions that only Lightroom can answer, as photos: `files` writes them, `judge` reads their exports."""
