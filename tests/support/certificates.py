"""A private certificate authority, such as a company has that inspects TLS, and certificates that it signs."""

import hashlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "company root")])


@dataclass(frozen=True)
class Authority:
    """A certificate authority; `file` is what its clients trust."""

    file: Path
    key: ec.EllipticCurvePrivateKey

    def server_context(self, name: str) -> ssl.SSLContext:
        """Create the context of a TLS server with the certificate of `name`."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        certificate = _builder(subject, key).add_extension(names, critical=False).sign(self.key, hashes.SHA256())
        file = self.file.with_name(f"{name}.pem")
        file.write_bytes(_pem(certificate) + _pem_of_key(key))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def folder(self) -> Path:
        """Return a folder in which OpenSSL finds the authority, by the hash of its name in lower case."""
        folder = self.file.with_name("hashed")
        folder.mkdir(exist_ok=True)
        digest = hashlib.sha1(NAME.public_bytes()[2:]).digest()
        (folder / f"{int.from_bytes(digest[:4], 'little'):08x}.0").write_bytes(self.file.read_bytes())
        return folder


def create_authority(folder: Path) -> Authority:
    """Create an authority that nobody knows; its files are in `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    is_authority = x509.BasicConstraints(ca=True, path_length=None)
    certificate = _builder(NAME, key).add_extension(is_authority, critical=True).sign(key, hashes.SHA256())
    file = folder / "company-root.pem"
    file.write_bytes(_pem(certificate))
    return Authority(file, key)


def _builder(subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_of_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
