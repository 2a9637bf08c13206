"""Everything on one machine without Docker: Apache Kafka itself and a supervisor for the stages."""
