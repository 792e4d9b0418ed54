"""Refusals of scripts. A refused text is not stored."""

from __future__ import annotations

from resolutionflow.errors import AppError


class DraftNotPending(AppError):
    code = "draft_not_pending"
    status = 409
    message = "Somebody has already decided about this draft. Nothing was changed."


class InvalidCategory(AppError):
    code = "invalid_category"
    status = 400
    message = "This category does not exist or is no longer used. Nothing was saved. Choose another one."


class InvalidParameters(AppError):
    code = "invalid_parameters"
    status = 400
    message = "The parameters are not as they must be. Nothing was saved. Correct the marked ones."


class UndeclaredPlaceholder(AppError):
    code = "undeclared_placeholder"
    status = 400
    message = (
        "The script has a placeholder without a parameter. Nothing was saved. Add the parameter or change the text."
    )


class UnusedParameter(AppError):
    code = "unused_parameter"
    status = 400
    message = "A parameter stands nowhere in the script. Nothing was saved. Use it or remove it."


class PlaceholderContext(AppError):
    code = "placeholder_context"
    status = 400
    message = "A placeholder stands where no value can be put safely. Nothing was saved."


class SecretContext(AppError):
    code = "secret_context"
    status = 400
    message = "A secret stands where it would be shown or stored. Nothing was saved. Move it out of the comment."


class HardcodedSecret(AppError):
    code = "hardcoded_secret"
    status = 400
    message = "There is a password or key in the text. Nothing was saved. Make it a secret parameter."
