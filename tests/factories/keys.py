"""The keys of tests: random, as the settings demand, and no secret."""

from base64 import b64decode

from gateways.key_ring import build_key_ring
from gateways.seal import Seal

KEY = "fijE5lLT9u3Gf0ZceZIAI4mPVOLECkEr0rgm3o1lDP4="
SECRET_KEY = "fBhbRYn1u3EmivYS7VIBouUDtIlzci0Ui9Ftp+G6fhw="
SEAL = Seal(build_key_ring((b64decode(KEY),)))
