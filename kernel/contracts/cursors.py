"""Cursors: how far each source has been read; one compacted topic, key = entity slug."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

CURSOR_TOPIC = "pollers.cursor.v1"
CURSOR_TYPE = "pollers.cursor.observed.v1"


class Cursor(BaseModel):
    """The source ``entity`` has been read up to ``through``, by the vendor's own clock.

    ``through`` is the upper bound of the last window that was read and acknowledged whole.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    entity: str
    through: datetime
    at: datetime
