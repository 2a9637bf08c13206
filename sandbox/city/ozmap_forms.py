"""What every OZmap document of the city shares: ids of types, stamps, the user who created it."""

from __future__ import annotations

from typing import Any, Final

from sandbox.city.stamps import Stamps

Doc = dict[str, Any]

CREATOR: Final = {"id": "5b00000000000000000000aa", "name": "Projetista", "username": "projetista"}
TYPE_KINDS: Final = ("cable", "pop", "olt", "closure", "terminal", "building", "splitter", "service", "pole")
IMPORT_AGE_S: Final = 200 * 86_400.0
"""Everything imported at once carries one same stamp."""


def type_id(kind: str, number: int) -> str:
    """The id of a type: the same in every city."""
    return f"5b{TYPE_KINDS.index(kind) + 1:02x}{number:020x}"


def base(row_id: str, age_s: float, stamps: Stamps, *, imported: bool = False) -> Doc:
    """Id and stamps; the last change lies somewhere between creation and now, by the id's digits."""
    changed_age_s = IMPORT_AGE_S if imported else age_s * (int(row_id[-3:], 16) * 61 % 997) / 997
    return {
        "id": row_id,
        "createdAt": stamps.iso_ms(age_s),
        "updatedAt": stamps.iso_ms(min(age_s, changed_age_s)),
    }
