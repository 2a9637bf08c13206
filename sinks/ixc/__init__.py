"""Writes to IXC: one file a command family, the pure plan apart."""
