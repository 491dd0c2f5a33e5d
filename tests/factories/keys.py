"""The keys of tests: random, as the settings demand, and no secret.

`CRYPTO_PROFILE=sm pytest …` runs tests in the other profile.
"""

import os
from base64 import b64decode

from gateways.checkpoint_store import CheckpointSigner
from gateways.crypto_profile import parse_profiles
from gateways.key_ring import build_key_ring, list_history_keys
from gateways.seal import Seal
from gateways.signature import list_signing_keys
from rules.kernel.chain import KeyedHistory

KEY = "fijE5lLT9u3Gf0ZceZIAI4mPVOLECkEr0rgm3o1lDP4="
SECRET_KEY = "fBhbRYn1u3EmivYS7VIBouUDtIlzci0Ui9Ftp+G6fhw="
PROFILES = parse_profiles(os.environ.get("CRYPTO_PROFILE", "standard"))
RING = build_key_ring((b64decode(KEY),), profiles=PROFILES)
SEAL = Seal(RING)
KEYED_HISTORY = KeyedHistory({key.id: key for key in list_history_keys(RING)})
"""The keys by which the entries of a world are marked."""


def a_signer(*letters: bytes) -> CheckpointSigner:
    """Sign checkpoints by keys of one letter each, in the profile of the run."""
    keys = tuple(letter * 32 for letter in letters)
    return CheckpointSigner(list_signing_keys(build_key_ring(keys, (), keys, PROFILES)))
