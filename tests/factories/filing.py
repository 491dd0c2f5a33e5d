"""Files sent and attached as a client does it, over whatever carries the world's requests."""

from typing import Any

import httpx

from tests.factories.files import a_pdf
from tests.factories.world import World

UPLOAD_SELECTION = "... on UploadPayload { upload { id url name type size storedAt attachedAt } }"
ATTACHED_SELECTION = """... on AttachmentsPayload { attachments {
  id record kind name type size sha256 accountName url } }"""
DETACHED_SELECTION = "... on DetachmentPayload { removedId record { __typename id } }"
FILE_FIELDS = "attachments { id kind name }"


async def announce_file(
    world: World,
    content: bytes,
    name: str = "材料.pdf",
    as_: str = "unit",
    record: str = "DECLARATION",
    **more: Any,
) -> Any:
    """Announce a file."""
    asked = {"recordKind": record, "name": name, "size": len(content)} | more
    result = await world.mutate("requestUpload", asked, as_, UPLOAD_SELECTION)
    assert result["__typename"] == "UploadPayload", result
    return result["upload"]


async def send_file(world: World, url: str, content: bytes, **headers: str) -> httpx.Response:
    """Send the bytes of a file."""
    return await world.client.put(url, content=content, headers=headers)


async def upload_file(world: World, content: bytes | None = None, **more: Any) -> str:
    """Announce a file and send it, and give the upload's id."""
    content = a_pdf() if content is None else content
    upload = await announce_file(world, content, **more)
    answer = await send_file(world, upload["url"], content)
    assert answer.status_code in {200, 204}, answer.text
    id_: str = upload["id"]
    return id_


async def attach_files(
    world: World, record_id: str, *uploads: str, kind: str = "OTHER", as_: str = "unit"
) -> Any:
    """Attach uploads to a record; one of its own if none is given."""
    ids = [*uploads] or [await upload_file(world, as_=as_)]
    asked = {"recordId": record_id, "uploadIds": ids, "kind": kind}
    result = await world.mutate("attach", asked, as_, ATTACHED_SELECTION)
    assert result["__typename"] == "AttachmentsPayload", result
    return result["attachments"]


async def read_attachments(world: World, type_name: str, id_: str, as_: str = "unit") -> Any:
    """Read what a record has, with the links to it."""
    document = f"""query ($id: ID!) {{ node(id: $id) {{ ... on {type_name} {{
      attachments {{ id kind name url }} }} }} }}"""
    found = (await world.ask(document, as_, id=id_)).only
    return found["attachments"] if found else None
