"""The journal of one migration: rows, states, reasons, verdicts."""
