"""Logs: a library's complaint is one line in a while, whatever it repeats."""

import logging

from kernel.runtime.log import REPEATS_AFTER_S, OncePerWhile


def record(template: str, *facts: object) -> logging.LogRecord:
    return logging.LogRecord("aiokafka", logging.ERROR, __file__, 1, template, facts, None)


def test_the_same_complaint_is_let_through_once_in_a_while() -> None:
    now_s = [0.0]
    news = OncePerWhile(lambda: now_s[0])
    assert news.filter(record("cannot connect to %s", "a"))
    assert not news.filter(record("cannot connect to %s", "b"))
    assert news.filter(record("another"))
    now_s[0] = REPEATS_AFTER_S
    assert news.filter(record("cannot connect to %s", "a"))
