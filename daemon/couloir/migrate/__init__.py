"""Migrates a library into a folder: plan, originals, ledger, run, verify, report."""
