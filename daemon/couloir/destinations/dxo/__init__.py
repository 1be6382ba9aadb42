"""DxO PhotoLab: its side files and their Lua text, and a version in its terms."""
