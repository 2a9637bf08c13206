"""Fields the product does not own come through byte for byte.

Source: spec "Who owns which field".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sandbox.oracle.raw import Row, by_id

OWNED: Mapping[str, frozenset[str]] = {
    "rad_caixa_ftth": frozenset(
        {
            "descricao",
            "id_projeto",
            "id_transmissor",
            "latitude",
            "longitude",
            "obs_caixa_ftth",
            "capacidade",
            "status",
        }
    ),
    "radusuarios": frozenset({"id_caixa_ftth", "ftth_porta", "latitude", "longitude"}),
    "radpop_radio_cliente_fibra": frozenset({"id_caixa_ftth", "porta_ftth"}),
}
"""What the product may write in each IXC table; the other tables it may not write at all."""

KEPT_BY_IXC = frozenset({"ultima_atualizacao"})


def compare_untouched(table: str, before: Iterable[Row], after: Iterable[Row]) -> list[str]:
    """Fields of ``table`` that changed and are not the product's, and rows that vanished, in words."""
    now = by_id(after)
    owned = OWNED.get(table, frozenset()) | KEPT_BY_IXC
    words: list[str] = []
    for row_id, old in by_id(before).items():
        new = now.get(row_id)
        if new is None:
            words.append(f"{table} {row_id} is gone")
            continue
        words += [
            f"{table} {row_id} {field} went from {old.get(field)!r} to {new.get(field)!r}"
            for field in sorted(old.keys() | new.keys())
            if field not in owned and old.get(field) != new.get(field)
        ]
    return words
