"""Enhanced profiles (Adobe, April 2018): a colour table that Lightroom applies to the finished picture.

`rgb_table` is the table and its bytes, `table_text` its spelling in XMP, `look` what a photo's settings say of it, and
`profile_file` the file by which Lightroom learns of it.
"""
