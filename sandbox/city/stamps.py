"""Ids and times of the city: fixed by the seed, written in each system's own form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

EPOCH: Final = datetime(2025, 6, 2, 12, 0, tzinfo=UTC)
"""The city's "now" unless told otherwise: no row is newer."""

ZERO_STAMP: Final = "0000-00-00 00:00:00"
ZERO_DATE: Final = "0000-00-00"
_DAY_S: Final = 86_400
_QUARTER_S: Final = 900
"""Every zone's offset changes on a quarter of an hour."""


class Stamps:
    """Writes epoch times as OZmap's UTC text and as IXC's local text, quickly: days and offsets are kept.

    ``age_s`` arguments are seconds before the city's ``at``.
    Source: ozmap-api 2.6, ixc-api 3.4.
    """

    def __init__(self, at: datetime, time_zone: str) -> None:
        self.at_s = int(at.timestamp())
        self._zone = ZoneInfo(time_zone)
        self._days: dict[int, str] = {}
        self._offsets: dict[int, int] = {}

    def iso_ms(self, age_s: float) -> str:
        """``2025-06-02T12:00:00.000Z``."""
        epoch_ms = int((self.at_s - age_s) * 1000)
        second, ms = divmod(epoch_ms, 1000)
        day, rest = divmod(second, _DAY_S)
        return f"{self._day(day)}T{rest // 3600:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}.{ms:03d}Z"

    def local(self, age_s: float) -> str:
        """``2025-06-02 09:00:00`` in the time zone given."""
        second = int(self.at_s - age_s)
        day, rest = divmod(second + self._offset(second), _DAY_S)
        return f"{self._day(day)} {rest // 3600:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}"

    def local_date(self, age_s: float) -> str:
        second = int(self.at_s - age_s)
        return self._day((second + self._offset(second)) // _DAY_S)

    def _day(self, day: int) -> str:
        text = self._days.get(day)
        if text is None:
            text = self._days[day] = f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day):%Y-%m-%d}"
        return text

    def _offset(self, second: int) -> int:
        quarter = second // _QUARTER_S
        offset = self._offsets.get(quarter)
        if offset is None:
            moment = datetime.fromtimestamp(quarter * _QUARTER_S, UTC).astimezone(self._zone)
            offset = self._offsets[quarter] = int((moment.utcoffset() or timedelta()).total_seconds())
        return offset


class ObjectIds:
    """24-hex ids as Mongo makes them: creation second first, then a part of the seed, then a counter."""

    def __init__(self, at: datetime, seed: int) -> None:
        self._at_s = int(at.timestamp())
        self._middle = f"{seed & 0xFFFFFFFF:08x}"
        self._counter = 0

    def new(self, age_s: float) -> str:
        """An id no other call of this object returned; sorts by creation second."""
        self._counter += 1
        return f"{int(self._at_s - age_s):08x}{self._middle}{self._counter:08x}"
