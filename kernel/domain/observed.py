"""The base of every row that a poller saw: immutable, lenient to newer fields, equal by meaning."""

from pydantic import BaseModel, ConfigDict


class Observed(BaseModel):
    """One row of a vendor's system in our words.

    Ids are strings in both systems; an absent reference is ``None`` (never ``"0"`` or ``""``). Text is as
    the vendor has it: rules trim, pollers do not. Unknown fields are ignored, so that a consumer of
    ``v1`` keeps working when a field is added (docs/topics, compatibility promise).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
