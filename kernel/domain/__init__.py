"""Our words and their arithmetic, pure: no I/O, no clock, no chance."""
