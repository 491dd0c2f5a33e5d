"""The keys of tests: random, as the settings demand, and no secret."""

from base64 import b64decode

from gateways.key_ring import build_key_ring, compute_key_id
from gateways.seal import Seal
from rules.kernel.chain import KeyedHistory

KEY = "fijE5lLT9u3Gf0ZceZIAI4mPVOLECkEr0rgm3o1lDP4="
SECRET_KEY = "fBhbRYn1u3EmivYS7VIBouUDtIlzci0Ui9Ftp+G6fhw="
RING = build_key_ring((b64decode(KEY),))
SEAL = Seal(RING)
KEYED_HISTORY = KeyedHistory({compute_key_id(key): key for key in RING.history})
"""The keys by which the entries of a world are marked."""
