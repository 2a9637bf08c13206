"""The look-ups rules need beside ids: for each entity, the values under which its rows are found."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kernel.contracts import changes
from kernel.domain.text import trimmed

BY_NAME = "by_name"
BY_IP = "by_ip"
BY_PARENT = "by_parent"
BY_CODE = "by_code"
BY_LOGIN = "by_login"
BY_CLIENT = "by_client"
BY_PLACE_AND_NAME = "by_project_and_name"

Values = Callable[[Any], Iterable[str]]


def place_and_name(project_id: str | None, name: str) -> str:
    """The value of an IXC box in :data:`BY_PLACE_AND_NAME`: its project and its trimmed name."""
    return f"{project_id or ''}|{trimmed(name)}"


def _present(value: str | None) -> tuple[str, ...]:
    cleaned = trimmed(value)
    return (cleaned,) if cleaned else ()


INDEXES: Mapping[str, Mapping[str, Values]] = {
    changes.OZMAP_BOX.slug: {BY_NAME: lambda row: _present(row.name)},
    changes.OZMAP_SPLITTER.slug: {BY_PARENT: lambda row: _present(row.parent_id)},
    changes.OZMAP_CLIENT.slug: {BY_CODE: lambda row: _present(row.code)},
    changes.IXC_PROJECT.slug: {BY_NAME: lambda row: _present(row.name)},
    changes.IXC_TRANSMITTER.slug: {BY_IP: lambda row: _present(row.ip)},
    changes.IXC_BOX.slug: {BY_PLACE_AND_NAME: lambda row: (place_and_name(row.project_id, row.name),)},
    changes.OZMAP_BUILDING.slug: {BY_NAME: lambda row: _present(row.name)},
    changes.OZMAP_PROPERTY.slug: {BY_CLIENT: lambda row: _present(row.client_id)},
    changes.IXC_ONU.slug: {BY_LOGIN: lambda row: _present(row.login_id)},
    changes.IXC_LOGIN.slug: {BY_LOGIN: lambda row: _present(row.login)},
}
