"""Time stamps by RFC 3161: verified when they come and later, by the authority's roots (X9)."""

from pathlib import Path

import pytest

from gateways.time_stamp import TimeStamper, TimeStampError, read_certificates
from tests.factories.time_stamp_authority import run_authority

DIGEST, OTHER = b"1" * 32, b"2" * 32


async def test_x9_a_digest_is_stamped_and_the_stamp_is_of_no_other(tmp_path: Path) -> None:
    with run_authority(tmp_path) as authority:
        stamper = TimeStamper(authority.url, read_certificates(authority.roots))
        stamp = await stamper.stamp(DIGEST)
    assert len(authority.asked) == 1
    assert DIGEST not in authority.asked[0]  # it is told a digest of it
    assert stamper.is_stamp_of(stamp, DIGEST)
    assert not stamper.is_stamp_of(stamp, OTHER)
    assert not stamper.is_stamp_of(stamp[:-8] + bytes(8), DIGEST)
    assert not stamper.is_stamp_of(b"", DIGEST)


async def test_x9_a_stamp_of_somebody_else_is_none(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for home in (ours, theirs):
        home.mkdir()
    with run_authority(ours) as expected, run_authority(theirs) as other:
        impostor = TimeStamper(other.url, read_certificates(expected.roots))
        with pytest.raises(TimeStampError):
            await impostor.stamp(DIGEST)


async def test_an_authority_that_is_away_is_told_by_its_kind_of_error(tmp_path: Path) -> None:
    with run_authority(tmp_path) as authority:
        roots = read_certificates(authority.roots)
    with pytest.raises(TimeStampError, match="ConnectError"):
        await TimeStamper(authority.url, roots).stamp(DIGEST)
