"""Sinks against real Kafka and both doubles."""
