"""The languages of what people read: English sentences in the code, translated where they leave it.

Every sentence is written in English where it arises, and kept in English: a ledger, a job's journal and a report's
data outlive the language of the Lightroom that asked for them. Whatever answers a person (the service, the pages)
has the sentence translated by a `Catalog`: it finds the message that the sentence was made from and puts the facts
into its translation.

`mark` says that a text is for people where the place does not say so by itself. `scripts/make_catalogs.py` collects
the messages: it has the list of places.
"""

from couloir.language.marking import count, mark

__all__ = ["count", "mark"]
