"""Every setting of the product: its variable, unit, default and meaning. Only entry points read it."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kernel.domain.errors import Misconfigured, System
from kernel.domain.policy import CancelledMeans, Mode, OltPolicy


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is no time zone; write one like America/Sao_Paulo") from error
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]


class Settings(BaseSettings):
    """The settings of all stages. Each is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    # The two systems
    ozmap_url: str = Field("", description="OZmap's address, as https://TENANT.ozmap.com.br:9994")
    ozmap_key: SecretStr = Field(SecretStr(""), description="OZmap's API key")
    ixc_url: str = Field("", description="IXC's address, as https://ixc.example.com.br")
    ixc_token: SecretStr = Field(
        SecretStr(""), description="IXC's token, as 12:0123abcd… (user id, colon, key)"
    )
    ixc_time_zone: TimeZone = Field("America/Sao_Paulo", description="Time zone of IXC's server clock")
    tls_verify: bool = Field(True, description="false accepts any certificate: only for self-signed servers")
    tls_ca_file: Path | None = Field(None, description="CA certificates (PEM) to trust beside the system's")

    # Kafka
    kafka_bootstrap_servers: str = Field("127.0.0.1:9092", description="Kafka's bootstrap servers")
    topic_prefix: str = Field("", description="Put before every topic and group: several stacks, one cluster")
    topic_replication: int = Field(1, ge=1, description="Replicas of each topic that is created")

    # Pace
    poll_interval_s: float = Field(300, gt=0, le=86400, description="Seconds between two polls of one source")
    poll_overlap_s: float = Field(120, ge=0, description="Seconds that two windows of one source share")
    full_listing_interval_s: float = Field(
        21600, gt=0, description="Seconds between two complete listings of a source that shows stamps"
    )
    ozmap_requests_per_s: float = Field(
        20, gt=0, description="Requests a second to OZmap, all stages together"
    )
    ixc_requests_per_s: float = Field(10, gt=0, description="Requests a second to IXC, all stages together")
    poll_budget_ratio: float = Field(
        0.5, gt=0, lt=1, description="Part of both budgets that pollers use; sinks use the rest"
    )
    request_timeout_s: float = Field(60, gt=0, description="Seconds until a request is given up")
    sink_in_flight: int = Field(32, ge=1, description="Commands per system that one sink works on at once")
    sink_attempts: int = Field(6, ge=1, description="Tries of one command before it is held")
    resend_after_s: float = Field(
        300, gt=0, description="Seconds without outcome until a command is sent again"
    )

    # Rules
    rule_box_sync: Mode = Field(Mode.ON, description="box-sync: on, report or off")
    rule_condominium_sync: Mode = Field(Mode.ON, description="condominium-sync: on, report or off")
    rule_port_move: Mode = Field(Mode.ON, description="port-move: on, report or off")
    rule_coordinates: Mode = Field(Mode.ON, description="coordinates: on, report or off")
    rule_client_creation: Mode = Field(Mode.ON, description="client-creation: on, report or off")
    rule_client_activation: Mode = Field(Mode.ON, description="client-activation: on, report or off")
    rule_client_withdrawal: Mode = Field(Mode.ON, description="client-withdrawal: on, report or off")
    rule_client_cancellation: Mode = Field(Mode.ON, description="client-cancellation: on, report or off")
    rule_client_status: Mode = Field(Mode.ON, description="client-status: on, report or off")
    rule_client_power: Mode = Field(Mode.ON, description="client-power: on, report or off")
    rule_client_name: Mode = Field(Mode.ON, description="client-name: on, report or off")
    box_sync_olt: OltPolicy = Field(
        OltPolicy.REQUIRED,
        description="required: no transmitter, no box; optional: set when found; ignored: never looked up",
    )
    splitter_as_box: bool = Field(
        False, description="true: each service splitter of an ordinary box is an IXC box of its own"
    )
    coordinates_tolerance_m: float = Field(
        1.0, ge=0, description="Metres that a login may lie from its property without being written"
    )
    first_free_port: bool = Field(
        False, description="true: a new client without a port in IXC gets the first free one of its box"
    )
    cancelled_means: CancelledMeans = Field(
        CancelledMeans.NO_CONTRACT,
        description="When an inactive login is cancelled: no_contract or no_active_contract",
    )
    disconnect_drop: bool = Field(
        True, description="A cancellation takes the drop off the splitter's port; false leaves it there"
    )
    power_step_db: float = Field(0.5, gt=0, description="dB that a reading must differ by to be written")
    new_box_tipo: str = Field("P", description="tipo of a box created in IXC: P own, N neutral, A both")
    new_box_style: str = Field(
        "50r7nh0u", description="codigo_estilo_caixa of a box created in IXC (50r7nh0u: black)"
    )

    # The process
    data_dir: Path = Field(Path("data"), description="Folder of local caches; may be deleted at any time")
    health_host: str = Field("127.0.0.1", description="Address that /healthz and /metrics listen on")
    health_port: int = Field(0, ge=0, le=65535, description="Their port; 0 picks a free one")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR"
    )

    @property
    def poller_rates(self) -> dict[System, float]:
        """Requests a second that all pollers together send to each system."""
        return {system: rate * self.poll_budget_ratio for system, rate in self._rates.items()}

    @property
    def sink_rates(self) -> dict[System, float]:
        """Requests a second that all sinks together send to each system."""
        return {system: rate * (1 - self.poll_budget_ratio) for system, rate in self._rates.items()}

    @property
    def _rates(self) -> dict[System, float]:
        return {System.OZMAP: self.ozmap_requests_per_s, System.IXC: self.ixc_requests_per_s}


@cache
def load_settings() -> Settings:
    """The settings of this process, from its environment.

    :raises Misconfigured: naming each variable that is wrong and what was wrong with it.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()
        )
        raise Misconfigured(f"settings: {wrong}") from error


def require_systems(settings: Settings) -> None:
    """Both systems' addresses and keys are there and have the right form.

    :raises Misconfigured: naming the variable to set.
    """
    needed = {
        "OZMAP_URL": settings.ozmap_url,
        "OZMAP_KEY": settings.ozmap_key.get_secret_value(),
        "IXC_URL": settings.ixc_url,
        "IXC_TOKEN": settings.ixc_token.get_secret_value(),
    }
    missing = [name for name, value in needed.items() if not value.strip()]
    if missing:
        raise Misconfigured(f"set {', '.join(missing)}: see .env.example")
    for name in ("OZMAP_URL", "IXC_URL"):
        if not needed[name].startswith(("http://", "https://")):
            raise Misconfigured(f"{name} must start with https:// or http://")
    user, colon, secret = needed["IXC_TOKEN"].strip().partition(":")
    if not (colon and user.isdigit() and secret):
        raise Misconfigured(
            "IXC_TOKEN must be the whole token as IXC shows it, user id, colon, key (12:0123abcd…); "
            "the part after the colon alone does not work"
        )
