"""Files at rest: sealed piece by piece, each file with a key of its own (X11).

A file begins with its own key, sealed by a data key of the ring. Its pieces are numbered, and the
last one says so: they can be neither exchanged nor left out. Its name is bound to it.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from os import urandom

from cryptography.exceptions import InvalidTag

from gateways.crypto_profile import KEY_BYTES, AeadCipher, CryptoProfile
from gateways.key_ring import KEY_ID_BYTES, KeyRing, compute_key_id, name_key
from gateways.seal import build_broken_seal

MAGICS: Mapping[CryptoProfile, bytes] = {
    CryptoProfile.STANDARD: b"JYF\x02",
    CryptoProfile.SM: b"JYF\x03",
}
"""With which a sealed file begins; it tells by which algorithms."""
PIECE_BYTES = 64 * 1024

_NONCE_BYTES, _TAG_BYTES = 12, 16
_OWN_KEY_BYTES = _NONCE_BYTES + KEY_BYTES + _TAG_BYTES
_MAGIC_BYTES = 4
_PREFIX_BYTES = _MAGIC_BYTES + KEY_ID_BYTES
HEADER_BYTES = _PREFIX_BYTES + _OWN_KEY_BYTES


class FileSeal:
    """Seals files with the first data key of a ring; all its keys open them."""

    def __init__(self, ring: KeyRing) -> None:
        self._profile = ring.profile
        self._ciphers = {
            MAGICS[profile] + compute_key_id(key): (profile, _build_wrapping(profile, key))
            for profile in ring.profiles
            for key in reversed(ring.data)
        }
        self._prefix = MAGICS[ring.profile] + compute_key_id(ring.data[0])

    def is_present(self, head: bytes) -> bool:
        """Return whether a file that begins so is sealed with the present key."""
        return head.startswith(self._prefix)

    def name_seal(self, head: bytes) -> str:
        """Return what the key of a file that begins so is called, or that it lies in clear."""
        for profile, magic in MAGICS.items():
            if head.startswith(magic):
                return name_key(profile, head[_MAGIC_BYTES:_PREFIX_BYTES])
        return "in clear"

    def seal_pieces(self, name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Seal a file that is kept under a name, piece by piece of PIECE_BYTES but for the last."""
        own_key, nonce = urandom(KEY_BYTES), urandom(_NONCE_BYTES)
        _, wrapping = self._ciphers[self._prefix]
        yield self._prefix + nonce + wrapping.encrypt(nonce, own_key, name.encode())
        cipher, number, piece = self._profile.build_cipher(own_key), 0, next(pieces, b"")
        for following in pieces:
            yield cipher.encrypt(_number_piece(number), piece, None)
            number, piece = number + 1, following
        yield cipher.encrypt(_number_piece(number, last=True), piece, None)

    async def open_pieces(self, name: str, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Open a file piece by piece; one in clear, from before files were sealed, goes as it is.

        Raises SealBroken where it was changed, cut, exchanged or sealed with an unknown key.
        """
        held = bytearray()
        async for some in pieces:
            held += some
            if len(held) >= HEADER_BYTES:
                break
        if not held.startswith(tuple(MAGICS.values())):
            yield bytes(held)
            async for some in pieces:
                yield some
            return
        cipher, number = self._open_own_key(name, bytes(held[:HEADER_BYTES])), 0
        del held[:HEADER_BYTES]
        size = PIECE_BYTES + _TAG_BYTES
        more: bytes | None = b""
        while more is not None:
            held += more
            while len(held) > size:  # what is exactly as long may be the last one
                yield _open_piece(cipher, name, number, bytes(held[:size]))
                number += 1
                del held[:size]
            more = await anext(pieces, None)
        yield _open_piece(cipher, name, number, bytes(held), last=True)

    def _open_own_key(self, name: str, header: bytes) -> AeadCipher:
        known, own_key = self._ciphers.get(header[:_PREFIX_BYTES]), header[_PREFIX_BYTES:]
        nonce, sealed = own_key[:_NONCE_BYTES], own_key[_NONCE_BYTES:]
        try:
            if known is None:
                raise InvalidTag
            profile, wrapping = known
            return profile.build_cipher(wrapping.decrypt(nonce, sealed, name.encode()))
        except (InvalidTag, ValueError):
            raise build_broken_seal("file", name) from None


def _build_wrapping(profile: CryptoProfile, key: bytes) -> AeadCipher:
    return profile.build_cipher(profile.derive_key(key, b"jiuye file"))


def _open_piece(
    cipher: AeadCipher, name: str, number: int, sealed: bytes, *, last: bool = False
) -> bytes:
    try:
        return cipher.decrypt(_number_piece(number, last=last), sealed, None)
    except (InvalidTag, ValueError):
        raise build_broken_seal("file", name) from None


def _number_piece(number: int, *, last: bool = False) -> bytes:
    return number.to_bytes(_NONCE_BYTES - 1, "big") + bytes([last])
