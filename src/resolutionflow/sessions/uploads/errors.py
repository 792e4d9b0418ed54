"""Refusals of uploads."""

from __future__ import annotations

from resolutionflow.errors import AppError


class FileTooLarge(AppError):
    code = "file_too_large"
    status = 413
    message = "The file is over 10 MiB. Nothing was stored. Send a smaller picture, or cut out the part that matters."


class ImageTooLarge(AppError):
    code = "image_too_large"
    status = 400
    message = "The picture has more than 40 megapixels. Nothing was stored. Send a smaller one."


class ImageUnreadable(AppError):
    code = "image_unreadable"
    status = 400
    message = "The picture is broken or incomplete. Nothing was stored. Save or copy it again, then send it."


class UnsupportedType(AppError):
    code = "unsupported_type"
    status = 415
    message = "This is not a picture that can be shown. Nothing was stored. Send PNG, JPEG, WebP or GIF."


class UploadAttached(AppError):
    code = "upload_attached"
    status = 409
    message = "This picture is part of a message and stays with it. Nothing was changed."


class InvalidUpload(AppError):
    code = "invalid_upload"
    status = 400
    message = (
        "A message takes up to three pictures of your own that are in no other message. Nothing was sent."
        " Remove the picture that no longer fits, then send again."
    )
