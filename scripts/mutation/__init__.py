"""Spoils the plug-in's Lua, one small change at a time, to see whether the tests notice."""
