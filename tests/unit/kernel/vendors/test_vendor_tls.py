"""Which certificates are believed."""

import ssl
from pathlib import Path

import pytest

from kernel.domain.errors import Misconfigured
from kernel.vendors.tls import make_tls_context


def test_certificates_are_verified_unless_the_setting_says_otherwise() -> None:
    context = make_tls_context(verify=True, ca_file=None)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.get_ca_certs()


def test_without_verification_any_certificate_will_do() -> None:
    context = make_tls_context(verify=False, ca_file=None)
    assert context.verify_mode is ssl.CERT_NONE
    assert not context.check_hostname


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_ca_file_that_is_none_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(Misconfigured, match="TLS_CA_FILE") as caught:
        make_tls_context(verify=True, ca_file=path)
    assert str(path) in str(caught.value)
