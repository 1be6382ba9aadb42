"""The service as a process: who it is, where it is found, what it is told, what it logs."""
