"""What every process needs while it runs: Kafka clients, topics, clock, log, metrics, health."""
