"""The body of `POST /v1/fine_tuning/jobs`, with the ranges of the official specification."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Auto = Literal["auto"]
UNADDRESSABLE = set("/\\?#%:")
"""Signs that an address or the parts of a model's name are made of."""


class Body(BaseModel):
    """Unknown parameters and values of another JSON type are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Hyperparameters(Body):
    n_epochs: Annotated[int, Field(ge=1, le=50)] | Auto = "auto"
    batch_size: Annotated[int, Field(ge=1, le=256)] | Auto = "auto"
    learning_rate_multiplier: Annotated[float, Field(gt=0, allow_inf_nan=False)] | Auto = "auto"


class DpoHyperparameters(Hyperparameters):
    beta: Annotated[float, Field(gt=0, le=2)] | Auto = "auto"


class Supervised(Body):
    hyperparameters: Hyperparameters | None = None


class Dpo(Body):
    hyperparameters: DpoHyperparameters | None = None


class Method(Body):
    type: Literal["supervised", "dpo", "reinforcement"]
    supervised: Supervised | None = None
    dpo: Dpo | None = None
    reinforcement: dict[str, Any] | None = None


class Wandb(Body):
    project: str
    name: str | None = None
    entity: str | None = None
    tags: list[str] | None = None


class Integration(Body):
    type: Literal["wandb"]
    wandb: Wandb


def check_metadata(metadata: dict[str, str] | None) -> dict[str, str] | None:
    """At most 16 pairs, keys up to 64 and values up to 512 characters."""
    if metadata is None:
        return None
    if len(metadata) > 16:
        raise ValueError(f"at most 16 pairs are allowed, but {len(metadata)} were sent")
    for key, value in metadata.items():
        if not key or len(key) > 64 or len(value) > 512:
            raise ValueError("keys have 1 to 64 characters and values up to 512")
    return metadata


def check_suffix(suffix: str | None) -> str | None:
    """Letters, digits and signs that an address can hold: a model must be deletable by its name."""
    if suffix is None or suffix.isprintable() and not set(suffix) & UNADDRESSABLE:
        return suffix
    raise ValueError(f"it becomes part of the model's name: use none of {' '.join(sorted(UNADDRESSABLE))}")


class CreateJob(Body):
    model: str
    training_file: str
    validation_file: str | None = None
    hyperparameters: Hyperparameters | None = None
    method: Method | None = None
    suffix: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    seed: Annotated[int, Field(ge=0, le=2_147_483_647)] | None = None
    metadata: dict[str, str] | None = None
    integrations: list[Integration] | None = None

    _metadata = field_validator("metadata")(check_metadata)
    _suffix = field_validator("suffix")(check_suffix)

    @property
    def method_type(self) -> str:
        return self.method.type if self.method else "supervised"

    def wanted_hyperparameters(self) -> dict[str, Any]:
        """Those of the method where it names any, else the top-level ones; what was not sent is left out."""
        chosen: Hyperparameters | None = self.hyperparameters
        if self.method and self.method.type == "dpo" and self.method.dpo:
            chosen = self.method.dpo.hyperparameters or chosen
        elif self.method and self.method.supervised:
            chosen = self.method.supervised.hyperparameters or chosen
        return chosen.model_dump(exclude_unset=True) if chosen else {}
