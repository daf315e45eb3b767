"""Who is asking: identities from signed tokens, the keys that verify them, and who read whose data."""

from chassis.identity.access_log import AccessRecord, accesses_of, record_accesses
from chassis.identity.keys import KeySet, read_key_set
from chassis.identity.model import Identity
from chassis.identity.signing import DevIssuer, SigningKey
from chassis.identity.verifying import Verifier

__all__ = [
    "AccessRecord",
    "DevIssuer",
    "Identity",
    "KeySet",
    "SigningKey",
    "Verifier",
    "accesses_of",
    "read_key_set",
    "record_accesses",
]
