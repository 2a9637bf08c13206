"""The columns that IXC moves itself: just those, all real, none of ours."""

import pytest

from kernel.domain.errors import System
from kernel.domain.ownership import writable
from sandbox.ixc.tables import TABLES
from sinks.ixc.wish import BOXES, LOGINS, MOVES_BY_ITSELF, ONUS, has_settled

SESSION = "ultima_conexao_inicial ultima_conexao_final tempo_conectado tempo_conexao count_desconexao"
TRAFFIC = "motivo_desconexao download_atual upload_atual franquia_consumo franquia_atingida"
FILLED = "ip mac concentrador conexao interface"
SIGNAL = "sinal_rx sinal_tx temperatura voltagem data_sinal causa_ultima_queda status_potencia distancia_onu"
EXPECTED = {
    BOXES: {"id", "ultima_atualizacao"},
    LOGINS: {"id", "ultima_atualizacao", "online", *f"{SESSION} {TRAFFIC} {FILLED}".split()},
    ONUS: {"id", "ultima_atualizacao", *SIGNAL.split()},
}


def test_they_are_named_one_by_one() -> None:
    assert dict(MOVES_BY_ITSELF) == EXPECTED


@pytest.mark.parametrize("table", sorted(EXPECTED))
def test_they_are_columns_of_their_table_and_none_of_them_is_written_by_us(table: str) -> None:
    assert MOVES_BY_ITSELF[table] <= set(TABLES[table].by_name)
    assert not MOVES_BY_ITSELF[table] & writable(System.IXC, table)


@pytest.mark.parametrize(
    "column", ["ativo", "login", "senha", "id_contrato", "latitude", "ftth_porta", "new"]
)
def test_what_a_person_changes_is_seen(column: str) -> None:
    assert not has_settled(LOGINS, {"id": "9"}, {"id": "9", column: "x"})
    assert not has_settled(LOGINS, {"id": "9", column: "x"}, {"id": "9"})
    assert has_settled(LOGINS, {"id": "9", column: "x", "online": "S"}, {"id": "9", column: "x"})
