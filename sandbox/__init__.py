"""Doubles of OZmap and IXC over HTTP, with a journal and faults: the instrument claims are checked on."""
