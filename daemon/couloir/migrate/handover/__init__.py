"""The handover of a migration to the Lightroom plug-in, in batches."""
