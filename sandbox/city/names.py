"""Names a Brazilian provider's base is full of: people, companies, streets, districts, condominiums."""

from __future__ import annotations

import random
import unicodedata
from typing import Final

_FIRST: Final = (
    "Adriana Alice Aline Amanda Ana André Antônio Beatriz Benedita Bernardo Bianca Bruna Bruno Caio Camila "
    "Carla Carlos Cecília Cláudia Cláudio Cristina Daniel Débora Diego Eduardo Elaine Eliane Elza Fabiana "
    "Fábio Felipe Fernanda Fernando Francisca Francisco Gabriel Geraldo Gilberto Gustavo Helena Heitor Igor "
    "Isabel Ivan Jéssica João Joaquim Jorge José Joana Juliana Júlio Larissa Laura Leandro Letícia Lívia "
    "Lucas Luciana Luís Luíza Manuela Marcelo Márcia Marcos Maria Mariana Marina Mário Marta Mateus Maurício "
    "Miguel Mônica Murilo Natália Nelson Nícolas Otávio Patrícia Paula Paulo Pedro Rafael Raimunda Raquel "
    "Renata Renato Ricardo Rita Roberto Rodrigo Rosa Rosângela Samuel Sandra Sebastião Sérgio Silvana Simone "
    "Sônia Tatiane Teresa Thiago Valdir Valéria Vanessa Vera Vicente Vinícius Vitória Viviane Wagner Zélia"
)
_LAST: Final = (
    "Almeida Alves Amaral Andrade Araújo Azevedo Barbosa Barros Batista Borges Brito Campos Cardoso Carvalho "
    "Castro Coelho Correia Costa Cunha Dias Duarte Esteves Farias Fernandes Ferreira Figueiredo Fonseca "
    "Freitas Garcia Gomes Gonçalves Guimarães Leite Lima Lopes Macedo Machado Magalhães Marques Martins Melo "
    "Mendes Menezes Monteiro Moraes Moreira Moura Nascimento Neves Nogueira Nunes Oliveira Pacheco Paiva "
    "Pereira Pinheiro Pinto Pires Queiroz Ramos Reis Rezende Ribeiro Rocha Rodrigues Sampaio Santana Santos "
    "Silva Silveira Siqueira Soares Souza Tavares Teixeira Torres Vargas Vasconcelos Vaz Viana Vieira"
)
FIRST_NAMES: Final = tuple(_FIRST.split())
LAST_NAMES: Final = tuple(_LAST.split())
PARTICLES: Final = ("", "", "", "", "da ", "de ", "dos ", "do ")
TRADES: Final = (
    "Padaria",
    "Mercado",
    "Auto Peças",
    "Clínica",
    "Farmácia",
    "Oficina",
    "Papelaria",
    "Restaurante",
    "Academia",
    "Escola",
    "Transportes",
    "Confecções",
    "Materiais de Construção",
    "Pet Shop",
    "Contabilidade",
)
COMPANY_ENDINGS: Final = ("Ltda", "ME", "EIRELI", "S/A", "& Filhos Ltda")
STREET_KINDS: Final = ("Rua", "Rua", "Rua", "Rua", "Avenida", "Travessa", "Alameda")
STREET_NAMES: Final = (
    "das Acácias",
    "Sete de Setembro",
    "Quinze de Novembro",
    "Tiradentes",
    "Dom Pedro II",
    "Santos Dumont",
    "Rui Barbosa",
    "Marechal Deodoro",
    "Floriano Peixoto",
    "dos Ipês",
    "das Palmeiras",
    "do Comércio",
    "São João",
    "Santa Rita",
    "Getúlio Vargas",
    "Juscelino Kubitschek",
    "Castro Alves",
    "Machado de Assis",
    "Olavo Bilac",
    "José Bonifácio",
    "Princesa Isabel",
    "Barão do Rio Branco",
    "Duque de Caxias",
    "da Matriz",
    "Treze de Maio",
    "Vinte e Um de Abril",
    "Monteiro Lobato",
    "Cecília Meireles",
    "Villa-Lobos",
    "do Rosário",
    "Padre Anchieta",
    "dos Bandeirantes",
    "das Hortênsias",
    "Minas Gerais",
    "Paraná",
    "Bahia",
    "Goiás",
    "Amazonas",
    "das Flores",
    "Nossa Senhora Aparecida",
    "Boa Vista",
    "da Estação",
    "do Moinho",
    "Ceará",
)
DISTRICTS: Final = (
    "Centro",
    "Jardim América",
    "Vila Nova",
    "São José",
    "Boa Vista",
    "Santa Luzia",
    "Parque Industrial",
    "Jardim das Oliveiras",
    "Cidade Alta",
    "Bela Vista",
    "Santo Antônio",
    "Vila Esperança",
    "Monte Castelo",
    "Alto da Serra",
    "Jardim Primavera",
    "Nova Aliança",
    "Lagoa Dourada",
    "Campo Belo",
    "Ribeirão Claro",
    "Porto Feliz",
    "Vale Verde",
    "Morada do Sol",
    "Vila Progresso",
    "São Cristóvão",
    "Recanto dos Pássaros",
)
CONDOMINIUMS: Final = (
    "Edifício Aurora",
    "Residencial Itapuã",
    "Condomínio Bosque Real",
    "Edifício Guarujá",
    "Residencial Jequitibá",
    "Condomínio Solar do Lago",
    "Edifício Mirante",
    "Residencial Atlântico",
    "Condomínio Vila Toscana",
    "Edifício Tocantins",
    "Residencial Primavera",
    "Condomínio Parque das Águas",
)
COMPLEMENTS: Final = ("", "", "", "", "casa 2", "fundos", "sobrado", "lote 7", "loja 1")
BOX_NOTES: Final = (
    "",
    "",
    "",
    "",
    "",
    "Poste em frente à padaria",
    "Chave no escritório",
    "Acesso só com escada",
    "Trocar etiqueta na próxima visita",
    "Caixa na esquina, lado par",
    "Cuidado: rede de baixa tensão",
)


def person(rng: random.Random) -> str:
    """A person's name of two to four parts."""
    surname = f"{rng.choice(PARTICLES)}{rng.choice(LAST_NAMES)}"
    middle = f" {rng.choice(LAST_NAMES)}" if rng.random() < 0.45 else ""
    return f"{rng.choice(FIRST_NAMES)}{middle} {surname}"


def company(rng: random.Random) -> str:
    """A small company's registered name."""
    return f"{rng.choice(TRADES)} {rng.choice(LAST_NAMES)} {rng.choice(COMPANY_ENDINGS)}"


def street(rng: random.Random) -> str:
    return f"{rng.choice(STREET_KINDS)} {rng.choice(STREET_NAMES)}"


def plain(text: str) -> str:
    """Letters without accents, lower case: what people make logins of."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if letter.isalnum() or letter == " ").lower()


def login_of(name: str, serial: int, rng: random.Random) -> str:
    """A login no other ``serial`` gets, in one of the forms providers use."""
    parts = plain(name).split()
    form = rng.random()
    if form < 0.6:
        return f"{parts[0]}.{parts[-1]}{serial}"
    if form < 0.85:
        return f"{parts[-1]}{serial}@fibra"
    return f"{parts[0]}_{serial}"


def retyped(name: str, rng: random.Random) -> str:
    """The same person as a hurried technician types it."""
    first = name.split()[0]
    forms = (name.upper(), name.lower(), plain(name).title(), first, f"{name} (casa nova)")
    return rng.choice([form for form in forms if form.strip() != name.strip()])
