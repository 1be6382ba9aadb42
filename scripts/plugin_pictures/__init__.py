"""What the pictures in docs/plugin.md show: scenes played in the fake Lightroom."""
