"""Which certificates are believed: the system's, the public ones, and those the operator adds."""

import ssl
from pathlib import Path

import certifi

from kernel.domain.errors import Misconfigured


def make_tls_context(*, verify: bool, ca_file: Path | None) -> ssl.SSLContext:
    """A client context. ``verify`` false accepts any certificate (fact sheet IXC 1.1: self-signed ones).

    :raises Misconfigured: when ``ca_file`` cannot be read as PEM certificates.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())  # slim images have no system store
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise Misconfigured(f"TLS_CA_FILE: {ca_file} holds no certificates (PEM): {error}") from error
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
