"""Links: the pair (OZmap id, IXC id) of one box, written once; then the pair is known by id only."""

from pydantic import BaseModel, ConfigDict

LINK_TOPIC = "integrator.link.changes.v1"
LINK_TYPE = "integrator.link.observed.v1"


class Link(BaseModel):
    """The box ``ozmap_id`` of OZmap is the box ``ixc_id`` of IXC. The topic's key is ``ozmap_id``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ozmap_id: str
    ixc_id: str
