"""Refusals of the model settings."""

from __future__ import annotations

from resolutionflow.errors import AppError


class BaseUrlNotAllowed(AppError):
    code = "base_url_not_allowed"
    status = 400
    message = "This address may not be called from here. Nothing was stored."


class KeyRequired(AppError):
    code = "key_required"
    status = 400
    message = "This provider needs a key. Nothing was stored: enter the key, or choose the Guide."


class ModelRequired(AppError):
    code = "model_required"
    status = 400
    message = "Choose the provider and name its model for standard work. Nothing was stored."


class PlatformUnavailable(AppError):
    code = "platform_unavailable"
    status = 400
    message = "This installation has no model of its own. Use your own key, or the Guide. Nothing was stored."


class NothingToTest(AppError):
    code = "nothing_to_test"
    status = 400
    message = "No model is set, so there is nothing to test. The Guide needs nothing."
