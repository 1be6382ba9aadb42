"""Local adjustments: `settings` are their sliders, `masks` where they act, `fields` their form in XMP and Lua.

`repairs` are retouched areas and red eyes.
"""
