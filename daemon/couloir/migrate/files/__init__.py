"""The files that a migration copies and writes: names, free space, locks, and their condition."""
