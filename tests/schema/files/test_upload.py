"""Uploads: an account's, or that of whoever knows a secret, and of nobody else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256
from typing import Any
from unittest.mock import patch

import pytest

from loaders.key import Key
from models import DocumentKind, Upload
from resolvers.files.upload import (
    UPLOAD_LIMIT,
    FileDraft,
    build_stored_columns,
    create_upload,
    request_upload,
    sign_upload_url,
    take_up_uploads,
)
from resolvers.kernel.context import Context
from resolvers.kernel.mutation import open_transaction
from resolvers.kernel.rate_limit import LIMIT_BY_MUTATION as LIMITED
from resolvers.kernel.transaction import Transaction
from rules.files.file import AttachmentLimits
from rules.kernel.refusal import InvalidInput, Reason
from rules.kernel.viewer import Viewer
from tests.factories.files import a_pdf
from tests.factories.filing import UPLOAD_SELECTION, announce_file, send_file, upload_file
from tests.factories.world import World

NODE = "query ($id: ID!) { node(id: $id) { ... on Upload { url storedAt attachedAt } } }"
SECRET, ANOTHER = (sha256(text).digest() for text in (b"appeal 1", b"appeal 2"))
DRAFT = FileDraft(name="证据.pdf", size=len(a_pdf()))
LIMITS = AttachmentLimits(10, 5, ("PDF", "JPEG"))


@asynccontextmanager
async def a_stranger(world: World) -> AsyncIterator[Transaction]:
    """Open a transaction that speaks for somebody who is not signed in."""
    async with open_transaction(Context(world.service, Viewer())) as tx:
        yield tx


async def evidence(world: World, secret: bytes) -> Upload:
    """Let a stranger who knows a secret bring evidence, as an appeal's mutation would."""
    async with a_stranger(world) as tx:
        row = await create_upload(tx, DRAFT, LIMITS, secret)
    where = (row.id, row.account_id, row.expires_at, row.stored_at)
    url = sign_upload_url(*where, viewer=Viewer(), service=world.service)
    assert url is not None
    assert (await send_file(world, url, a_pdf())).status_code == 204
    return row


async def taken_by(world: World, row: Upload, secret: bytes) -> dict[str, object]:
    """Take up evidence as somebody who knows a secret."""
    async with a_stranger(world) as tx:
        await tx.set_lookup_secret(secret.hex())
        (found,) = await take_up_uploads(tx, [Key("Upload", (row.id,)).format_global_id()], {})
        return build_stored_columns(tx, found, DocumentKind.EVIDENCE)


async def test_j2_whoever_knows_a_secret_brings_evidence_and_takes_it_up(world: World) -> None:
    row = await evidence(world, SECRET)
    file = await taken_by(world, row, SECRET)
    assert (file["name"], file["size"]) == ("证据.pdf", len(a_pdf()))
    assert file["sha256"] == sha256(a_pdf()).hexdigest()
    assert file["account_id"] is None
    with pytest.raises(InvalidInput) as said:
        await taken_by(world, row, SECRET)
    assert [fault.reason for fault in said.value.faults] == [Reason.UPLOAD_USED]


async def test_j2_whoever_does_not_know_it_finds_nothing(world: World) -> None:
    row = await evidence(world, SECRET)
    for secret in (ANOTHER, b"", str(row.id).encode()):
        with pytest.raises(InvalidInput) as said:
            await taken_by(world, row, secret)
        assert [fault.reason for fault in said.value.faults] == [Reason.NOT_FOUND]
    seen = await world.ask(NODE, "unit", id=Key("Upload", (row.id,)).format_global_id())
    assert seen.only is None


async def test_an_upload_tells_how_far_it_is(world: World) -> None:
    upload = await announce_file(world, a_pdf(), name="材料.PDF")
    assert {k: upload[k] for k in ("name", "type", "size", "storedAt", "attachedAt")} == {
        "name": "材料.PDF",
        "type": "PDF",
        "size": len(a_pdf()),
        "storedAt": None,
        "attachedAt": None,
    }
    await send_file(world, upload["url"], a_pdf())
    found = (await world.ask(NODE, "unit", id=upload["id"])).only
    assert found["url"] is None
    assert found["storedAt"] is not None
    assert (await world.ask(NODE, "officer", id=upload["id"])).only is None


async def test_x12_the_same_key_announces_once(world: World) -> None:
    asked = {"recordKind": "POST", "name": "a.pdf", "size": 10}
    first, again = [
        await world.mutate("requestUpload", asked, "unit", UPLOAD_SELECTION, key="upload-0001")
        for _ in range(2)
    ]
    assert first == again
    assert len(await world.load_rows(Upload)) == 1


async def test_an_account_announces_no_more_than_a_unit_needs(world: World) -> None:
    with patch.dict(LIMITED, {request_upload: replace(UPLOAD_LIMIT, tries=2)}):
        await upload_file(world)
        bad: dict[str, Any] = {"recordKind": "POST", "name": "a.html", "size": 10}
        assert (await world.mutate("requestUpload", bad, "unit"))["__typename"] == "Invalid"
        result = await world.mutate("requestUpload", bad | {"name": "a.pdf"}, "unit")
    assert (result["__typename"], result["reason"]) == ("Refusal", "TOO_MANY_TRIES")
    assert len(await world.load_rows(Upload)) == 1
