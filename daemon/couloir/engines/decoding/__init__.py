"""Decodes untrusted pictures in processes of their own, with limits on kind, size, time and number.

`couloir.engines.pixels` and `couloir.engines.dng.raw` are its interfaces; nothing else opens a picture of a library or
of a client. `limits` checks a file without a decoder. An ordinary JPEG is decoded in this process. A large or unusual
one, and every TIFF, PNG and RAW file, is decoded in a separate process (`worker`), which `workshop` ends when it takes
too long or when the user cancels. A decoder that corrupts its memory there does not harm the service.
"""
