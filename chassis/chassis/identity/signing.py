"""Signing tokens ourselves: for a machine on its own, for tests and for a trial. In production an identity provider
signs them, and nothing here is used.
"""

import base64
import ipaddress
import json
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.identity.model import Identity

PUBLIC = serialization.Encoding.Raw, serialization.PublicFormat.Raw
PRIVATE = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class SigningKey:
    """An Ed25519 key kept in a file that only its owner may read."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        raw = private.public_key().public_bytes(*PUBLIC)
        self._x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        self.key_id = self._x[:16]

    @classmethod
    def load_or_create(cls, path: Path) -> "SigningKey":
        """Two processes that come at the same time get the same key."""
        if not path.exists():
            write_privately(path, Ed25519PrivateKey.generate().private_bytes(*PRIVATE), replace=False)
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError(f"{path} does not hold an Ed25519 key")  # noqa: TRY004 - the file is wrong, not a type
        return cls(private)

    def key_set(self) -> dict[str, list[dict[str, str]]]:
        """The public half, as a JSON Web Key Set."""
        key = {"kty": "OKP", "crv": "Ed25519", "x": self._x, "kid": self.key_id, "use": "sig", "alg": "EdDSA"}
        return {"keys": [key]}

    def token(self, identity: Identity, *, issuer: str, audience: str, lifetime: timedelta) -> str:
        now = datetime.now(UTC)
        claims = {
            "sub": identity.person_id,
            "roles": sorted(identity.roles),
            "name": identity.name,
            "iss": issuer,
            "aud": audience,
            "iat": now,
            "exp": now + lifetime,
        }
        return jwt.encode(claims, self._private, algorithm="EdDSA", headers={"kid": self.key_id})


def write_privately(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Writes the file whole or not at all, with mode 0600 from its first moment. With `replace` False, one that is
    there already stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    if replace:
        temporary.replace(path)
        return
    with suppress(FileExistsError):
        path.hardlink_to(temporary)
    temporary.unlink()


class DevIssuer:
    """Lets whoever sits at this machine be anybody. So it refuses to exist where others could reach it.

    :raises ValueError: when `host` is not a loopback address.
    """

    def __init__(self, data_dir: Path, *, host: str, issuer: str = "identity", audience: str = "services") -> None:
        if not is_loopback(host):
            raise ValueError(
                f"Choosing a persona without a password is only for this machine itself, but {host} can be reached "
                "by others. Listen on 127.0.0.1, or use an identity provider."
            )
        self._key = SigningKey.load_or_create(data_dir / "dev-issuer.pem")
        self._issuer = issuer
        self._audience = audience
        self.jwks_path = data_dir / "dev-issuer.jwks.json"
        write_privately(self.jwks_path, json.dumps(self._key.key_set()).encode())

    def token(self, identity: Identity, lifetime: timedelta = timedelta(hours=12)) -> str:
        return self._key.token(identity, issuer=self._issuer, audience=self._audience, lifetime=lifetime)
