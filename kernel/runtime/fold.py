"""Read topics from their first record to their end, once, beside any group: how state is rebuilt."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition
from tenacity import retry, retry_if_exception, stop_after_delay, wait_fixed

from kernel.runtime.kafka import make_consumer
from kernel.settings import Settings

_BATCH = 5_000
_WAIT_S = 0.1
"""A batch is seldom full at the end of a topic; waiting longer for it would lengthen every start."""
_REQUEST_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a topic; ``topic`` without the stack's prefix, ``value`` None is a tombstone."""

    topic: str
    key: str
    value: bytes | None
    offset: int


def read_to_end(settings: Settings, topics: Sequence[str]) -> Iterator[Record]:
    """Every record of ``topics`` up to the end each partition had when reading began, in its order.

    ``topics`` are without the stack's prefix. Commits nothing.

    :raises KafkaException: when Kafka cannot be reached or a topic is missing.
    """
    consumer = make_consumer(
        settings, "fold", **{"enable.partition.eof": True, "client.id": "ozmap-ixc-fold"}
    )
    try:
        ends = end_offsets(consumer, settings, topics)
        left = {place for place, end in ends.items() if end > 0}
        consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for topic, number in left])
        while left:
            for message in consumer.consume(_BATCH, _WAIT_S):
                place = (message.topic() or "", message.partition() or 0)
                error = message.error()
                if error is None:
                    offset = message.offset() or 0
                    key = message.key() or b""
                    name = key if isinstance(key, str) else key.decode(errors="replace")
                    value = message.value()
                    body = value.encode() if isinstance(value, str) else value
                    yield Record(place[0][len(settings.topic_prefix) :], name, body, offset)
                    if offset >= ends[place] - 1:
                        left.discard(place)
                elif error.code() == KafkaError._PARTITION_EOF:
                    left.discard(place)
                elif not error.retriable():
                    raise KafkaException(error)
    finally:
        consumer.close()


def _may_pass(error: BaseException) -> bool:
    """A broker that has just come back is asked again: its partitions get their leader in a moment."""
    return isinstance(error, KafkaException) and bool(error.args[0].retriable())


@retry(
    retry=retry_if_exception(_may_pass),
    stop=stop_after_delay(_REQUEST_TIMEOUT_S),
    wait=wait_fixed(0.2),
    reraise=True,
)
def end_offsets(
    consumer: Consumer, settings: Settings, topics: Sequence[str]
) -> Mapping[tuple[str, int], int]:
    """The end of every partition of ``topics`` now: the offset that the next record will get."""
    ends = {}
    for name in topics:
        topic = settings.topic_prefix + name
        metadata = consumer.list_topics(topic, timeout=_REQUEST_TIMEOUT_S).topics[topic]
        if metadata.error is not None:
            raise KafkaException(metadata.error)
        for number in metadata.partitions:
            _low, high = consumer.get_watermark_offsets(
                TopicPartition(topic, number), timeout=_REQUEST_TIMEOUT_S
            )
            ends[topic, number] = high
    return ends
