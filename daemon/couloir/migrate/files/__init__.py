"""The files that a migration brings and writes: names, room, locks, and what became of each."""
