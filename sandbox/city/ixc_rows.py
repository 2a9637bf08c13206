"""The city as IXC stores it: one function a table, every column, every value text (ixc-api 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from sandbox.city import ixc_people
from sandbox.city.ixc_forms import Row, changed, unset
from sandbox.city.model import Box, IxcBox, Olt, Plan
from sandbox.city.stamps import Stamps


def rows(plan: Plan, stamps: Stamps, table: str) -> Iterator[Row]:
    """The rows of ``table`` in the order of their ids."""
    yield from _WRITERS[table](plan, stamps)


def _projects(plan: Plan, _stamps: Stamps) -> Iterable[Row]:
    for project in plan.projects:
        if project.ixc_id:
            yield {
                **unset("df_projeto"),
                "id": str(project.ixc_id),
                "nome": project.ixc_name,
                "id_filial": "1",
                "latitude": str(project.lat),
                "longitude": str(project.lng),
                "status": project.ixc_status,
            }


def _transmitters(plan: Plan, _stamps: Stamps) -> Iterable[Row]:
    for transmitter, name, ip, is_active in sorted(_all_transmitters(plan)):
        yield {
            **unset("radpop_radio"),
            "id": str(transmitter),
            "descricao": name,
            "id_pop": str(1 + transmitter % 3),
            "ip": f"{ip} " if transmitter % 7 == 3 else ip,
            "login": "admin",
            "senha": f"FAKE-SECRET-senha-{transmitter}",
            "fabricante_modelo": ("HW", "ZTE", "FH", "PK")[transmitter % 4],
            "modelo": "Chassi 8x16",
            "ativo": "S" if is_active else "N",
        }


def _all_transmitters(plan: Plan) -> Iterable[tuple[int, str, str, bool]]:
    """Id, name, ip, activity. An OLT without ip on the map has one here; some carry a trailing blank."""
    for olt in plan.olts:
        for nth, transmitter in enumerate(olt.transmitters):
            yield transmitter, _transmitter_name(olt, nth), olt.ip or f"10.250.{transmitter % 250}.2", True
    for transmitter, ip in plan.spare_transmitters:
        yield transmitter, f"TORRE {transmitter:02d}", ip, transmitter % 2 == 0


def _transmitter_name(olt: Olt, nth: int) -> str:
    return f"{olt.name} {'' if nth == 0 else '(cadastro antigo)'}".rstrip()


def _boxes(plan: Plan, stamps: Stamps) -> Iterable[Row]:
    for row in sorted(_all_boxes(plan), key=_box_id):
        yield _box(row, stamps)


def _box_id(row: IxcBox) -> int:
    return row.id


def _all_boxes(plan: Plan) -> Iterable[IxcBox]:
    for box in plan.boxes:
        yield from _rows_of(box)
    for building in plan.buildings:
        yield from (splitter.ixc for splitter in building.splitters if splitter.ixc is not None)
    yield from plan.ixc_only_boxes


def _rows_of(box: Box) -> list[IxcBox]:
    return [row for row in (box.ixc, box.ixc_twin) if row is not None]


def _box(row: IxcBox, stamps: Stamps) -> Row:
    written = {
        **unset("rad_caixa_ftth"),
        "id": str(row.id),
        "codigo_estilo_caixa": row.style,
        "status": row.status,
        "id_transmissor": str(row.transmitter),
        "id_interface": str(1000 + row.id) if row.id % 10 < 3 else "0",
        "descricao": row.name,
        "id_projeto": str(row.project),
        "capacidade": str(row.capacity),
        "latitude": row.lat,
        "longitude": row.lng,
        "obs_caixa_ftth": row.comments,
        "id_cidade": str(row.city_id),
        "ultima_atualizacao": changed(row.id, row.age_s, stamps),
    }
    if row.street is not None:
        written.update(cep=row.street.cep, endereco=row.street.name, numero=str(row.number),
                       bairro=row.street.district)  # fmt: skip
    return written


_WRITERS: Final[dict[str, Callable[[Plan, Stamps], Iterable[Row]]]] = {
    "df_projeto": _projects,
    "radpop_radio": _transmitters,
    "rad_caixa_ftth": _boxes,
    "radusuarios": ixc_people.logins,
    "cliente_contrato": ixc_people.contracts,
    "cliente": ixc_people.customers,
    "radpop_radio_cliente_fibra": ixc_people.onus,
}
TABLE_NAMES: Final = tuple(_WRITERS)
