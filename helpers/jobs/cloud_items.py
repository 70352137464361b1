"""Everything the course has made in the cloud: deployments, jobs, models and files, and how each is deleted.

In mock mode that is all that the mock cloud holds; in live mode only what the course itself has created, so
nothing else of the learner's account is ever listed or touched.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from azure.core.exceptions import AzureError
from openai import OpenAIError

from helpers.connect.clients import azure_client, azure_management, azure_names, openai_client
from helpers.connect.live.addresses import provider_key
from helpers.connect.live.created import created_on
from helpers.dataset.costs import hosting_cost
from helpers.ground.settings import settings
from helpers.ground.texts import _
from helpers.jobs.job_state import ENDED

if TYPE_CHECKING:
    from azure.mgmt.cognitiveservices.models import Deployment

KINDS = ("deployment", "model", "job", "file")
TUNED = {"OpenAI": "ft:", "Azure": ".ft-"}


@dataclass
class CloudItem:
    """One object. `hours`: how long a deployment has stood; `usd`: what that has cost, or would have live."""

    surface: str
    kind: str
    id: str
    detail: str
    delete: Callable[[], None] = field(repr=False)
    hours: float | None = None
    usd: float | None = None


def cloud_items() -> tuple[list[CloudItem], list[str]]:
    """What there is to clean up, the costly first; and what could not be listed, in words."""
    items: list[CloudItem] = []
    troubles = []
    for what, listing in _listings():
        try:
            items += listing()
        except (OpenAIError, AzureError) as error:
            why = str(error).splitlines()[0]
            troubles.append(
                _("{what} could not be listed, look at them by hand: {why}").format(what=what, why=why)
            )
    return sorted(items, key=lambda item: KINDS.index(item.kind)), troubles


def _listings() -> Iterator[tuple[str, Callable[[], Iterator[CloudItem]]]]:
    current = settings()
    live = current.is_live
    if not live or provider_key()[1]:
        yield _("Files, jobs and models of the OpenAI client"), lambda: _data_plane(openai_client(), "OpenAI")
    if not live or current.azure_endpoint:
        yield _("Files, jobs and models on Azure"), lambda: _data_plane(azure_client(), "Azure")
    if not live or (current.azure_endpoint and current.azure_subscription_id):
        yield _("Deployments on Azure, which cost by the hour,"), _deployments


def _data_plane(client: Any, surface: str) -> Iterator[CloudItem]:
    own = _own(str(client.base_url))
    yield from _models(client, surface, own)
    yield from _jobs(client, surface, own)
    yield from _files(client, surface, own)


def _own(base_url: str) -> set[str] | None:
    """Ids that the course created on this service; None in mock mode, where all is the course's."""
    if not settings().is_live:
        return None
    return {row.id for row in created_on(_root(base_url))}


def _root(address: str) -> str:
    url = urlsplit(address)
    return f"{url.scheme}://{url.netloc}/"


def _jobs(client: Any, surface: str, own: set[str] | None) -> Iterator[CloudItem]:
    """OpenAI keeps jobs for ever, so only unfinished ones are listed, to be cancelled; Azure deletes them."""
    for job in client.fine_tuning.jobs.list(limit=100):
        if own is not None and not {job.id, job.training_file} & own:
            continue
        if job.status not in ENDED:
            cancel = partial(client.fine_tuning.jobs.cancel, job.id)
            yield CloudItem(surface, "job", job.id, _("{0}, still going on").format(job.status), cancel)
        elif surface == "Azure":
            delete = partial(client.delete, f"/fine_tuning/jobs/{job.id}", cast_to=type(None))
            yield CloudItem(surface, "job", job.id, job.status, delete)


def _models(client: Any, surface: str, own: set[str] | None) -> Iterator[CloudItem]:
    names = _tuned(client, own)
    for model in client.models.list():
        if model.id in names or (own is None and TUNED[surface] in model.id):
            yield CloudItem(surface, "model", model.id, "", partial(client.models.delete, model.id))


def _tuned(client: Any, own: set[str] | None) -> set[str]:
    """Names of the models that the course's own jobs made."""
    jobs = _own_jobs(client, own)
    return {job.fine_tuned_model for job in jobs if job.fine_tuned_model}


def _own_jobs(client: Any, own: set[str] | None) -> list[Any]:
    """The course's jobs: those it knows by name, and those whose answer got lost, by their training file."""
    jobs = [] if own is None else client.fine_tuning.jobs.list(limit=100)
    return [job for job in jobs if {job.id, job.training_file} & (own or set())]


def _files(client: Any, surface: str, own: set[str] | None) -> Iterator[CloudItem]:
    jobs = _own_jobs(client, own)
    results = {file for job in jobs for file in job.result_files or ()}
    for file in client.files.list():
        if own is None or file.id in own or file.id in results:
            yield CloudItem(surface, "file", file.id, file.filename, partial(client.files.delete, file.id))


def _deployments() -> Iterator[CloudItem]:
    names, management = azure_names(), azure_management()
    own = _own(names.management_url)
    where = (names.resource_group, names.resource_name)
    for found in management.deployments.list(*where):
        name = str(found.name)
        if own is not None and name not in own:
            continue
        hours, tier, model = _age_hours(found), _tier(found), _model(found)
        delete, usd = partial(_delete, management, where, name), _cost(hours, tier, model)
        yield CloudItem("Azure", "deployment", name, f"{model} ({tier})", delete, hours, usd)


def _delete(management: Any, where: tuple[str, str], name: str) -> None:
    management.deployments.begin_delete(*where, name).result()


def _tier(deployment: Deployment) -> str:
    """The SKU, which Azure's answers may leave out."""
    return str(deployment.sku.name) if deployment.sku else ""


def _model(deployment: Deployment) -> str:
    model = deployment.properties and deployment.properties.model
    return str(model.name) if model else ""


def _age_hours(deployment: Deployment) -> float | None:
    made = getattr(deployment.system_data, "created_at", None)
    return None if made is None else max(0.0, (time.time() - made.timestamp()) / 3600)


def _cost(hours: float | None, tier: str, model: str) -> float | None:
    """Hosting so far; a base model is not billed by the hour."""
    if hours is None or not (".ft-" in model or model.startswith("ft:")):
        return None
    try:
        return hosting_cost(hours, tier)
    except LookupError:
        return None
