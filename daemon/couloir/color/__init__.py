"""Colour mathematics: spaces, adaptation, temperature and tint, splines, differences. Numpy only."""
