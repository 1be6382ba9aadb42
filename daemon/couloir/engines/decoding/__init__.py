"""Decodes untrusted pictures in processes of their own, with limits on kind, size, time and number.

`couloir.engines.pixels` and `couloir.engines.dng.raw` are its faces; nothing else opens a picture of a library or of a
client. `limits` looks at a file without a decoder. An ordinary JPEG is decoded on the spot; a large or odd one, every
TIFF, PNG and RAW file in a process of its own (`worker`), which `workshop` ends when it takes too long, or when the
user cancels. What a decoder does there to its memory is not done to the service's.
"""
