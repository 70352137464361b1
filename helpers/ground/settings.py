"""All settings of the course in one place, read from the environment and from `.env` in the course's folder.

The environment wins over `.env`. `.env.example` names every setting. Keys are `SecretStr`: they never appear
in a repr, a log or an error. Only the language is read elsewhere, by `helpers.ground.texts`.

>>> settings().mode in ("mock", "live")
True
"""

from __future__ import annotations

import os
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from helpers.ground.paths import course_root
from helpers.ground.trouble import Trouble

Mode = Literal["mock", "live"]
Switch = Literal["on", "off"]
READ_BY_THE_CLIENTS = ("OPENAI_ADMIN_KEY", "AZURE_OPENAI_AD_TOKEN", "AZURE_CLIENT_SECRET")
"""Secrets that the `openai` and Azure packages look for themselves; the course has no use for them."""


class SettingsError(Trouble):
    """A setting has a value that cannot be used; says which, why and what is allowed."""


class Settings(BaseSettings):
    """The settings of one call; read them again with `settings()` after changing the environment."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    mode: Mode = Field("mock", validation_alias="COURSE_MODE")
    base_model: str | None = Field(None, validation_alias="COURSE_BASE_MODEL")
    replay: Switch = Field("on", validation_alias="COURSE_REPLAY")
    dtype: Literal["auto", "bf16", "fp32"] = Field("auto", validation_alias="COURSE_DTYPE")
    mock_cloud_port: int = Field(0, ge=0, le=65535, validation_alias="COURSE_MOCK_CLOUD_PORT")
    mock_cloud_idle_minutes: float = Field(60, ge=0, validation_alias="COURSE_MOCK_CLOUD_IDLE_MINUTES")

    provider: str = Field("openai", validation_alias="COURSE_PROVIDER")
    budget_usd: float = Field(2.0, ge=0, allow_inf_nan=False, validation_alias="COURSE_BUDGET_USD")
    live_prices: str | None = Field(None, validation_alias="COURSE_LIVE_PRICES")

    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(None, validation_alias="OPENAI_BASE_URL")
    nebius_api_key: SecretStr | None = Field(None, validation_alias="NEBIUS_API_KEY")

    azure_endpoint: str | None = Field(None, validation_alias="AZURE_OPENAI_ENDPOINT")
    azure_api_key: SecretStr | None = Field(None, validation_alias="AZURE_OPENAI_API_KEY")
    azure_api_version: str = Field(
        "2024-10-21", validation_alias=AliasChoices("AZURE_OPENAI_API_VERSION", "OPENAI_API_VERSION")
    )
    azure_subscription_id: str | None = Field(None, validation_alias="AZURE_SUBSCRIPTION_ID")
    azure_resource_group: str | None = Field(None, validation_alias="AZURE_RESOURCE_GROUP")
    azure_resource_name: str | None = Field(None, validation_alias="AZURE_RESOURCE_NAME")
    azure_access_token: SecretStr | None = Field(None, validation_alias="AZURE_ACCESS_TOKEN")
    azure_management_url: str = Field("https://management.azure.com", validation_alias="AZURE_MANAGEMENT_URL")

    @property
    def is_live(self) -> bool:
        return self.mode == "live"

    def secret(self, variable: str) -> SecretStr | None:
        """The secret of this environment variable, None where it is not set.

        Raises KeyError for a variable that no setting reads.

        >>> Settings(OPENAI_API_KEY="sk-1").secret("OPENAI_API_KEY")
        SecretStr('**********')
        """
        return getattr(self, _SECRET_FIELDS[variable])


_SECRET_FIELDS = {
    str(field.validation_alias): name
    for name, field in Settings.model_fields.items()
    if field.annotation == SecretStr | None
}
SECRETS = (*_SECRET_FIELDS, *READ_BY_THE_CLIENTS)
"""The environment variables that hold a secret of the learner's."""


def settings() -> Settings:
    """The settings as they stand now: mode, provider, budget, keys (hidden), names on Azure.

    Raises SettingsError for a value that cannot be used.

    >>> settings().is_live
    False
    """
    try:
        return Settings(_env_file=course_root() / ".env")
    except ValidationError as error:
        raise SettingsError(_in_words(error)) from None


def environment_for_mock_cloud() -> dict[str, str]:
    """The environment of the mock cloud's process: the course's settings, and none of the learner's keys."""
    current = settings()
    kept = {name: value for name, value in os.environ.items() if name.upper() not in SECRETS}
    own = {
        "COURSE_BASE_MODEL": current.base_model,
        "COURSE_REPLAY": current.replay,
        "COURSE_DTYPE": current.dtype,
    }
    return kept | {name: value for name, value in own.items() if value is not None}


def _in_words(error: ValidationError) -> str:
    wrong = [
        f"{'/'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors(include_input=False)
    ]
    return (
        "A setting cannot be used. "
        + "; ".join(wrong)
        + ". Correct it in the environment or in the file .env (see .env.example), then run this cell again."
    )
