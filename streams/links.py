"""Which box of IXC is which box of OZmap: kept by both ids, written once."""

from kernel.contracts.links import Link
from streams.tables import Tables

_BY_OZMAP = "link/ozmap"
_BY_IXC = "link/ixc"


class Links:
    """The links over ``tables``: one OZmap box has at most one IXC box and the other way round."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def of_ozmap(self, ozmap_id: str) -> Link | None:
        """The link of an OZmap box."""
        body = self._tables.get(_BY_OZMAP, ozmap_id)
        return None if body is None else Link.model_validate_json(body)

    def of_ixc(self, ixc_id: str) -> Link | None:
        """The link of an IXC box."""
        ozmap_id = self._tables.get(_BY_IXC, ixc_id)
        return None if ozmap_id is None else self.of_ozmap(ozmap_id.decode())

    def ozmap_ids(self) -> list[str]:
        """Every OZmap id that has a link."""
        return list(self._tables.keys(_BY_OZMAP))

    def put(self, link: Link) -> set[str]:
        """Keep ``link``; returns the facts that changed, empty when it was known."""
        before = self.of_ozmap(link.ozmap_id)
        if before == link:
            return set()
        facts = self.forget(link.ozmap_id)
        self._tables.put(_BY_OZMAP, link.ozmap_id, link.model_dump_json().encode())
        self._tables.put(_BY_IXC, link.ixc_id, link.ozmap_id.encode())
        return facts | {ozmap_fact(link.ozmap_id), ixc_fact(link.ixc_id)}

    def forget(self, ozmap_id: str) -> set[str]:
        """Forget the link of an OZmap box; returns the facts that changed."""
        before = self.of_ozmap(ozmap_id)
        if before is None:
            return set()
        self._tables.delete(_BY_OZMAP, ozmap_id)
        self._tables.delete(_BY_IXC, before.ixc_id)
        return {ozmap_fact(ozmap_id), ixc_fact(before.ixc_id)}


def ozmap_fact(ozmap_id: str) -> str:
    """The name of the fact "which IXC box this OZmap box is"."""
    return f"link/ozmap#{ozmap_id}"


def ixc_fact(ixc_id: str) -> str:
    """The name of the fact "which OZmap box this IXC box is"."""
    return f"link/ixc#{ixc_id}"
