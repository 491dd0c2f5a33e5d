"""Attachments 附件 and uploads as clients see them (J8, J15, J25, J33)."""

from datetime import datetime
from typing import Any

import strawberry

import models
from loaders.filter import OLDEST
from resolvers.files.attachment import sign_attachment_url
from resolvers.files.document import load_required_documents
from resolvers.files.upload import sign_upload_url
from schema.kernel.binding import column, derived, many, resolved_by
from schema.kernel.listing import DOCUMENT_KIND
from schema.kernel.mutation import build_result_union
from schema.kernel.node import Node, record_type
from schema.kernel.permission import READERS


@record_type("A file that belongs to a record (J8, J15, J25, J33). 附件")
class Attachment(Node):
    """A file that belongs to a record."""

    table = models.Attachment

    record: models.AttachedTo = column("What kind of record it belongs to. 所属记录")
    kind_of_document: models.DocumentKind = column(
        "What it proves or states. 材料类型", "document", known_as="kind"
    )
    name: str = column("Its name, as it was given. 文件名")
    type: models.FileType = column("What it is by its content. 文件格式")
    size: int = column("How many bytes it has. 大小（字节）")
    sha256: str = column("The SHA-256 of its bytes, in hexadecimal. 校验值")
    attached_at: datetime = column("When it was attached. 上传时间")
    account_name: str = column("Who attached it. 上传人")
    url: str = derived(
        sign_attachment_url,
        ("unit_id", "id"),
        "Where to fetch it, for some minutes: a path of this service. 下载链接",
        served=True,
    )


@strawberry.type(description="A document that a record needs to be submitted (J8). 所需材料")
class RequiredDocument:
    """A document that a record needs to be submitted."""

    kind: models.DocumentKind = column("Which kind. 材料类型")
    name: str = column("What it is called, in the viewer's language. 材料名称")
    attached: bool = column("Whether it is attached already. 是否已上传")


def required_documents() -> Any:
    """Bind a field to what a record needs to be submitted, and what of that is there."""
    return resolved_by(load_required_documents, READERS)


@record_type("A file on its way to a record. 上传文件")
class Upload(Node):
    """A file on its way to a record."""

    table = models.Upload

    name: str = column("Its name. 文件名")
    type: models.FileType = column("What its name says that it is. 文件格式")
    size: int = column("How many bytes were announced. 大小（字节）")
    url: str | None = derived(
        sign_upload_url,
        ("id", "account_id", "expires_at", "stored_at"),
        "Where to PUT the bytes, without further headers: a path of this service, or an address of "
        "its store; none once they came or it is too late. 上传地址",
        served=True,
    )
    expires_at: datetime = column("Until when they may be sent. 截止时间")
    stored_at: datetime | None = column("When they came, where this service knows. 上传完成时间")
    attached_at: datetime | None = column("When it was attached. 使用时间")


def attachments(table: type[models.UnitOwned]) -> Any:
    """Bind a field to the files of a table's record."""
    return many(
        models.Attachment.relation_to(table),
        "Its attachments, oldest first, as many as `attachments.max_count` says (J8, J15, J25, "
        "J33). 附件",
        OLDEST,
        (DOCUMENT_KIND,),
    )


@strawberry.type(description="What was attached, in the order of the uploads. 附件")
class AttachmentsPayload:
    """What was attached."""

    attachments: list[Attachment] = column("The attachments. 附件")


@strawberry.type(description="The record whose attachment was taken off. 记录")
class DetachmentPayload:
    """The record whose attachment was taken off."""

    record: Node = column("The record. 记录")
    removed_id: strawberry.ID = column("Which attachment is gone. 已删除附件的标识")


@strawberry.type(description="The upload, and where to send the bytes. 上传文件")
class UploadPayload:
    """The upload, and where to send the bytes."""

    upload: Upload = column("The upload. 上传文件")


AttachmentsResult = build_result_union(AttachmentsPayload, "AttachmentsResult")
DetachmentResult = build_result_union(DetachmentPayload, "DetachmentResult")
UploadResult = build_result_union(UploadPayload, "UploadResult")
