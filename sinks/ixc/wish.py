"""What one row of IXC shall hold, and the record to put so that it does. Pure.

IXC takes whole records only, so an update is the record as it was read with the differing columns of ours
replaced: the rest goes back byte for byte. Columns are compared by meaning, each in its own way, so that
IXC's habits ("0" and empty for none, trailing blanks, comma coordinates) cause no write.

Source: spec, Who owns which field; fact sheet IXC 5 and 6.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kernel.contracts.outcomes import FieldChange
from kernel.domain.errors import System
from kernel.domain.ownership import writable
from kernel.domain.text import trimmed
from kernel.vendors.ixc.translate import CHANGED_AT, parse_count, parse_reference

BOXES = "rad_caixa_ftth"
LOGINS = "radusuarios"
ONUS = "radpop_radio_cliente_fibra"

Row = Mapping[str, str]
Same = Callable[[str | None, str], bool]
"""Whether what a row holds in a column means what it shall hold."""

MOVES_BY_ITSELF: Mapping[str, frozenset[str]] = {
    BOXES: frozenset({"id", CHANGED_AT}),
    LOGINS: frozenset({"id", CHANGED_AT, "online"})
    | frozenset({"ultima_conexao_inicial", "ultima_conexao_final", "tempo_conectado", "tempo_conexao"})
    | frozenset({"count_desconexao", "motivo_desconexao", "download_atual", "upload_atual"})
    | frozenset({"franquia_consumo", "franquia_atingida"})
    | frozenset({"ip", "mac", "concentrador", "conexao", "interface"}),
    ONUS: frozenset({"id", CHANGED_AT, "data_sinal", "sinal_rx", "sinal_tx", "temperatura", "voltagem"})
    | frozenset({"causa_ultima_queda", "status_potencia", "distancia_onu"}),
}
"""Columns that IXC's accounting and signal scans move: that they differ is no person's work.

``ultima_atualizacao``, ``online`` and the signal columns are measured (sheet 6.2, 6.3); the session counters
are INFERENCE; ``ip``, ``mac`` and the NAS columns (where auto-fill is on) UNKNOWN. A column too many here
only means that no second look is taken when it moved: each write is built on the newest reading all the
same. UNKNOWN likewise: whether a PUT stores such a column's value, which it must carry, or ignores it.
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """``wanted`` are the texts of the columns in question; ``unlike`` names those a row does not hold.

    :raises ValueError: for a column that is not ours to write (kernel.domain.ownership).
    """

    table: str
    row_id: str
    wanted: Mapping[str, str]
    unlike: Callable[[Row], list[str]]

    def __post_init__(self) -> None:
        foreign = self.wanted.keys() - writable(System.IXC, self.table)
        if foreign:
            raise ValueError(f"not ours to write in {self.table}: {', '.join(sorted(foreign))}")


@dataclass(frozen=True, slots=True)
class Nothing:
    """The row is as wished."""


@dataclass(frozen=True, slots=True)
class Update:
    """Put ``record``, the whole row as it is to be, ``id`` included; ``changed`` says where it differs."""

    record: dict[str, str]
    changed: tuple[FieldChange, ...]


def plan_update(wish: Wish, row: Row) -> Nothing | Update:
    """What to put so that ``row`` is as wished."""
    differing = wish.unlike(row)
    if not differing:
        return Nothing()
    changed = tuple(FieldChange(field=c, old=row.get(c), new=wish.wanted[c]) for c in differing)
    return Update({**row, **{c: wish.wanted[c] for c in differing}}, changed)


def strayed(wish: Wish, sent: Row, row: Row) -> list[str]:
    """The columns in which ``row`` is not what ``sent`` says though neither we nor IXC itself wrote them."""
    by_itself = MOVES_BY_ITSELF[wish.table]
    return sorted(
        column
        for column in sent.keys() | row.keys()
        if column not in wish.wanted and column not in by_itself and sent.get(column) != row.get(column)
    )


def has_settled(table: str, earlier: Row, later: Row) -> bool:
    """Whether nobody but IXC itself wrote the row between two readings."""
    by_itself = MOVES_BY_ITSELF[table]
    return all(
        earlier.get(column) == later.get(column)
        for column in earlier.keys() | later.keys()
        if column not in by_itself
    )


def columnwise(same: Mapping[str, Same], wanted: Mapping[str, str]) -> Callable[[Row], list[str]]:
    """``unlike`` of a wish whose columns are compared one by one."""

    def unlike(row: Row) -> list[str]:
        return [column for column, text in wanted.items() if not same[column](row.get(column), text)]

    return unlike


def same_reference(held: str | None, wished: str) -> bool:
    """Both name the same row, or none."""
    return parse_reference(held) == parse_reference(wished)


def same_count(held: str | None, wished: str) -> bool:
    """Both are the same whole number."""
    return parse_count(held) == parse_count(wished)


def same_code(held: str | None, wished: str) -> bool:
    """The same value of an enum, outer blanks aside."""
    return trimmed(held) == wished
