"""The service as a process: its identity, runtime file, settings and logs."""
