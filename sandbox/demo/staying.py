"""What a person is told who wants to try things by hand while everything runs."""

from __future__ import annotations

import shlex

from sandbox.demo.doubles import PERSON, Doubles, Ready
from sandbox.demo.speech import Speech
from sandbox.demo.world import World
from standalone.stack import Stack


def tell_how_to_stay(speech: Speech, doubles: Doubles, stack: Stack, world: World) -> None:
    """Prints both URLs, their keys by actor (made up for this run), an edit to paste, how to stop."""
    t = speech.t
    speech.heading(t("Everything keeps running; try it", "Tudo continua no ar; experimente"))
    for shown, ready in (("OZmap", doubles.ozmap), ("IXC", doubles.ixc)):
        _tell_double(speech, shown, ready)
    speech.line(f"  Kafka  {stack.kafka.bootstrap_servers}")
    speech.line()
    speech.line(
        t("  rename a box in OZmap, and look at it in IXC:", "  renomeie uma caixa no OZmap e veja no IXC:")
    )
    for command in _commands(doubles, world):
        speech.line(f"    {command}")
    speech.line()
    speech.line(
        t("  Ctrl-C stops and clears away everything.", "  Ctrl-C encerra e apaga tudo."), style="bold"
    )


def _tell_double(speech: Speech, shown: str, ready: Ready) -> None:
    speech.line(f"  {shown:<6} {ready.url}  {ready.url}/__sandbox__/journal?effects=1")
    for actor, key in ready.keys.items():
        speech.line(f"         {speech.t('key', 'chave')} {actor}: {key}", style="dim")


def _commands(doubles: Doubles, world: World) -> list[str]:
    """An edit of a linked box as the person, and the question for its twin."""
    held = [one for one in world.boxes().values() if one.is_held and one.ixc_id]
    if not held:
        return []
    box = min(held, key=lambda one: one.name)
    ozmap, ixc = doubles.ozmap, doubles.ixc
    edit = [
        "curl", "-X", "PATCH", "-H", f"Authorization: {ozmap.keys[PERSON]}",
        "-H", "Content-Type: application/json", "-d", '{"name": "CTO 1000"}',
        f"{ozmap.url}/api/v2/boxes/{box.ozmap_id}",
    ]  # fmt: skip
    wanted = f'{{"qtype": "rad_caixa_ftth.id", "oper": "=", "query": "{box.ixc_id}"}}'
    look = [
        "curl", "-u", ixc.keys[PERSON], "-H", "ixcsoft: listar", "-H", "Content-Type: application/json",
        "-d", wanted, f"{ixc.url}/webservice/v1/rad_caixa_ftth",
    ]  # fmt: skip
    return [shlex.join(edit), shlex.join(look)]
