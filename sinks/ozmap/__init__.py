"""Writes to OZmap: one file a command family, the pure plan apart."""
