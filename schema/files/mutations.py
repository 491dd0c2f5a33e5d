"""What clients may change of uploads and attachments."""

import strawberry

from resolvers.files.attachment import attach, detach
from resolvers.files.upload import request_upload
from rules.kernel.function import Function
from schema.files.attachment import (
    AttachmentsPayload,
    AttachmentsResult,
    DetachmentPayload,
    DetachmentResult,
    UploadPayload,
    UploadResult,
)
from schema.kernel.mutation import mutation


@strawberry.type
class FilesMutations:
    """What clients may change of uploads and attachments."""

    request_upload: UploadResult = mutation(request_upload, UploadPayload, Function.ATTACH_FILES)
    attach: AttachmentsResult = mutation(attach, AttachmentsPayload, Function.ATTACH_FILES)
    detach: DetachmentResult = mutation(
        detach, DetachmentPayload, Function.ATTACH_FILES, removes="attachment_id"
    )


MUTATIONS = (FilesMutations,)
