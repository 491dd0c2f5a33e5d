"""What clients may change of files (J8, J15, J25, J33)."""

import strawberry

from resolvers.files.attachment import attach, detach
from resolvers.files.upload import request_upload
from rules.kernel.function import Function
from schema.api import payload
from schema.files.attachment import AttachmentsPayload, DetachmentPayload, UploadPayload
from schema.kernel.mutation import mutation


@strawberry.type
class FileMutations:
    """Uploads and attachments 附件."""

    request_upload: payload.UploadResult = mutation(
        request_upload, UploadPayload, Function.ATTACH_FILES
    )
    attach: payload.AttachmentsResult = mutation(attach, AttachmentsPayload, Function.ATTACH_FILES)
    detach: payload.DetachmentResult = mutation(detach, DetachmentPayload, Function.ATTACH_FILES)
