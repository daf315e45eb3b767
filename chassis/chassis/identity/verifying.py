"""From a token to an identity. Everything that is not exactly as expected is refused."""

from typing import Any

import jwt

from chassis.errors import Unauthenticated
from chassis.identity.keys import KeySet
from chassis.identity.model import Identity

ALGORITHMS = ("RS256", "ES256", "EdDSA")
LEEWAY_S = 10
REQUIRED_CLAIMS = ["exp", "iss", "aud", "sub"]


class Verifier:
    def __init__(self, keys: KeySet, *, issuer: str, audience: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    def verify(self, token: str) -> Identity:
        """:raises Unauthenticated: whatever is wrong; the sentence says what, never with a part of the token.
        :raises Unavailable: when there are no keys to verify with.
        """
        key = self._key_of(token)
        try:
            claims = jwt.decode(
                token,
                key=key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_S,
                options={"require": REQUIRED_CLAIMS},
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("token_expired", "The sign-in has expired. Please sign in again.") from None
        except jwt.PyJWTError as error:
            raise Unauthenticated("token_refused", f"The token is refused: {error}.") from None
        return _identity(claims)

    def _key_of(self, token: str) -> jwt.PyJWK:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise Unauthenticated("token_refused", "The token is not a signed JWT.") from None
        if header.get("alg") not in ALGORITHMS or not header.get("kid"):
            raise Unauthenticated(
                "token_refused", f"The token must be signed by {', '.join(ALGORITHMS)} and name its key."
            )
        key = self._keys.find(header["kid"])
        if key is None:
            raise Unauthenticated("token_refused", "The token's key is not known here.")
        return key


def _identity(claims: dict[str, Any]) -> Identity:
    person_id, roles, name = claims["sub"], claims.get("roles", []), claims.get("name", "")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles) or not isinstance(name, str):
        raise Unauthenticated("token_refused", "The token's roles must be a list of names and its name a text.")
    if not person_id:
        raise Unauthenticated("token_refused", "The token names nobody.")
    return Identity(person_id, frozenset(roles), name or person_id)
