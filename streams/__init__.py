"""Streams: from what both systems hold to what shall be written, and why."""
