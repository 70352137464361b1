"""Processes that die or hang, a disk that is full: what was acknowledged is still there, and jobs go on."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from helpers.mock_cloud.state import service_file
from tests.mock_cloud.conftest import BASE, jsonl, named, rows
from tests.running_cloud import COMMAND, RunningCloud, wait_for_job
from tests.small_disk import can_mount, small_disk

with suppress(ImportError):
    import resource

ASK = [{"role": "user", "content": "Hi"}]
LONG = {"n_epochs": 10, "batch_size": 1}


def _start_job(client: openai.OpenAI, hyperparameters: dict[str, Any] = LONG) -> Any:
    file = client.files.create(file=named(jsonl(rows())), purpose="fine-tune")
    return client.fine_tuning.jobs.create(
        model=BASE, training_file=file.id, hyperparameters=hyperparameters, seed=1
    )


def _wait_for_step(client: openai.OpenAI, job: str, step: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        events = client.fine_tuning.jobs.list_events(job, limit=100).data
        if any(event.type == "metrics" and event.data["step"] >= step for event in events):
            return
        assert client.fine_tuning.jobs.retrieve(job).status in {"validating_files", "queued", "running"}
        time.sleep(0.02)
    raise AssertionError("the step was never reached")


def _steps(client: openai.OpenAI, job: str) -> dict[int, float]:
    events = client.fine_tuning.jobs.list_events(job, limit=200).data
    return {event.data["step"]: event.data["train_loss"] for event in events if event.type == "metrics"}


def test_a_killed_worker_is_replaced_and_the_job_goes_on(mock_cloud: RunningCloud) -> None:
    client = mock_cloud.client()
    job = _start_job(client)
    _wait_for_step(client, job.id, 15)
    os.kill(mock_cloud.call("/mock/status")["worker"]["pid"], signal.SIGKILL)
    done = wait_for_job(client, job.id)
    assert done.status == "succeeded", done.error
    steps = _steps(client, job.id)
    assert sorted(steps) == list(range(1, 121))
    told = [event.message for event in client.fine_tuning.jobs.list_events(job.id, limit=200)]
    assert any(message.startswith("Going on from step") for message in told)
    twin = wait_for_job(client, _start_job(client).id)
    assert _steps(client, twin.id)[120] == pytest.approx(steps[120], rel=1e-3), "as if nothing had happened"


def test_a_killed_server_goes_on_with_its_job(own_cloud: RunningCloud) -> None:
    client = own_cloud.start().client(max_retries=3)
    job = _start_job(client)
    _wait_for_step(client, job.id, 15)
    own_cloud.restart()
    assert client.fine_tuning.jobs.retrieve(job.id).status in {"queued", "running"}
    done = wait_for_job(client, job.id)
    assert done.status == "succeeded", done.error
    assert client.chat.completions.create(model=done.fine_tuned_model, messages=ASK, max_tokens=3)


@pytest.mark.timeout(900)
def test_twenty_kills_lose_nothing_that_was_acknowledged(own_cloud: RunningCloud) -> None:
    own_cloud.start()
    random.seed(20)
    kept = _nothing_kept()
    moments = [*["file"] * 7, *["job"] * 8, *["model"] * 3, *["chat"] * 2]
    for moment in random.sample(moments, len(moments)):
        _work_until_killed(own_cloud, kept, moment, random.uniform(0, 0.5))
        own_cloud.restart()
    _check_all_well(own_cloud, kept)


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot stop a process")
def test_full_disks_and_hung_workers_lose_nothing_that_was_acknowledged(own_cloud: RunningCloud) -> None:
    """While files, jobs and chats go through, once with a kill in it; what is refused is refused in words."""
    own_cloud.arguments = ["--worker-patience", "2"]
    random.seed(21)
    with _full_at_will(own_cloud) as (fill, free):
        own_cloud.start()
        kept = _nothing_kept()

        def hang() -> None:
            if worker := own_cloud.call("/mock/status")["worker"]["pid"]:
                os.kill(worker, signal.SIGSTOP)

        fill_up, refusals = _and_see(own_cloud, fill)
        _work_through(own_cloud, kept, "file", fill_up, free)
        _work_through(own_cloud, kept, "job", fill_up, free, killed=True)
        assert len(refusals) == 2 and all("full" in words for words in refusals), refusals
        _work_through(own_cloud, kept, "job", hang, lambda: None)
        assert "hangs" in (own_cloud.folder / "service.log").read_text()
        _check_all_well(own_cloud, kept)
        own_cloud.kill()


def _nothing_kept() -> dict[str, set[str]]:
    return {"files": set(), "jobs": set(), "models": set()}


def _and_see(cloud: RunningCloud, fill: Callable[[], None]) -> tuple[Callable[[], None], list[str]]:
    """Fill the disk and try to upload a megabyte: what was said to that."""
    told: list[str] = []

    def filling() -> None:
        fill()
        try:
            cloud.client().files.create(file=named(b"x" * 2**20), purpose="user_data")
            told.append("it was taken")
        except openai.InternalServerError as error:
            told.append(str(error))

    return filling, told


@contextmanager
def _full_at_will(cloud: RunningCloud) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """How to fill the disk under the service and to free it; elsewhere no file of its processes may grow."""
    cloud.home.mkdir()
    if can_mount(cloud.home):
        with small_disk(cloud.home, "96m") as disk:
            yield disk.fill, disk.free
        return

    def limit(size: int) -> None:
        import psutil

        with suppress(psutil.NoSuchProcess):  # it was killed, and the next one has no limit
            service = psutil.Process(_pid(cloud))
            for process in (service, *service.children(recursive=True)):
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    yield lambda: limit(4096), lambda: limit(resource.RLIM_INFINITY)


def _work_through(
    cloud: RunningCloud,
    kept: dict[str, set[str]],
    moment: str,
    strike: Callable[[], None],
    relieve: Callable[[], None],
    *,
    killed: bool = False,
) -> None:
    """Go through the flow while an accident lasts; later it goes through again."""
    client, struck, refused = cloud.client(timeout=60), threading.Event(), list[str]()

    def reached(stage: str) -> None:
        if stage == moment and not struck.is_set():
            struck.set()
            strike()

    working = threading.Thread(target=_try, args=(client, kept, reached, refused))
    working.start()
    assert struck.wait(60)
    time.sleep(random.uniform(0.5, 1.5))
    if killed:
        cloud.kill()
    relieve()
    if killed:
        cloud.start()
    working.join(120)
    assert not working.is_alive()
    _go_through(cloud.client(timeout=60, max_retries=3), kept, lambda stage: None)
    assert all(re.search("full|has ended", words) for words in refused), refused


def _try(
    client: openai.OpenAI, kept: dict[str, set[str]], reached: Callable[[str], None], refused: list[str]
) -> None:
    """Through the flow again and again for two seconds, whatever is refused."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        try:
            _go_through(client, kept, reached)
        except openai.APIConnectionError:
            return
        except openai.InternalServerError as error:
            refused.append(str(error))
            time.sleep(0.05)


def _check_all_well(cloud: RunningCloud, kept: dict[str, set[str]]) -> None:
    """All that was acknowledged is there, every job has succeeded, and the work goes on."""
    _check_all_there(cloud, kept)
    client = cloud.client()
    job = wait_for_job(client, _start_job(client, {"n_epochs": 1, "batch_size": 12}).id)
    assert job.status == "succeeded", job.error
    assert client.chat.completions.create(model=job.fine_tuned_model, messages=ASK, max_tokens=3)
    ended = {id: wait_for_job(client, id) for id in kept["jobs"]}
    failed = [job.error for job in ended.values() if job.status != "succeeded"]
    assert not failed, "no job fails because a process died or a disk was full for a while"
    assert kept["files"] and kept["jobs"] and kept["models"]


def _work_until_killed(cloud: RunningCloud, kept: dict[str, set[str]], moment: str, delay: float) -> None:
    """Go through the flow again and again; `delay` seconds after the first `moment`, the server is killed."""
    client = cloud.client(timeout=60)
    killers: list[threading.Timer] = []

    def reached(stage: str) -> None:
        if stage == moment and not killers:
            killers.append(threading.Timer(delay, os.kill, (_pid(cloud), signal.SIGKILL)))
            killers[0].start()

    try:
        while True:
            _go_through(client, kept, reached)
    except (openai.APIConnectionError, httpx.HTTPError):
        killers[0].join()


def _go_through(client: openai.OpenAI, kept: dict[str, set[str]], reached: Callable[[str], None]) -> None:
    file = client.files.create(file=named(jsonl(rows())), purpose="fine-tune")
    kept["files"].add(file.id)
    reached("file")
    job = client.fine_tuning.jobs.create(
        model=BASE, training_file=file.id, hyperparameters={"n_epochs": 1, "batch_size": 12}
    )
    kept["jobs"].add(job.id)
    reached("job")
    done = wait_for_job(client, job.id)
    kept["models"].add(done.fine_tuned_model)
    reached("model")
    client.chat.completions.create(model=done.fine_tuned_model, messages=ASK, max_tokens=3)
    reached("chat")


def _check_all_there(cloud: RunningCloud, kept: dict[str, set[str]]) -> None:
    client = cloud.client()
    content = jsonl(rows())
    for file in kept["files"]:
        assert client.files.content(file).content == content
    for job in kept["jobs"]:
        assert client.fine_tuning.jobs.retrieve(job).id == job
    for model in kept["models"]:
        assert client.models.retrieve(model).id == model


def _pid(cloud: RunningCloud) -> int:
    assert cloud.process is not None
    return cloud.process.pid


def test_the_worker_ends_with_its_server(own_cloud: RunningCloud) -> None:
    client = own_cloud.start().client()
    client.chat.completions.create(model=BASE, messages=ASK, max_tokens=3)
    worker = own_cloud.call("/mock/status")["worker"]["pid"]
    own_cloud.kill()
    deadline = time.monotonic() + 20
    while _alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(worker)


def _alive(pid: int) -> bool:
    import psutil

    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_keys_survive_a_restart(own_cloud: RunningCloud) -> None:
    token = own_cloud.start().token
    other = own_cloud.new_organization()
    own_cloud.restart()
    assert own_cloud.token == token
    assert own_cloud.client(api_key=other).models.list().data


def test_it_stops_when_nobody_needs_it(own_cloud: RunningCloud) -> None:
    own_cloud.arguments = ["--idle-minutes", "0.02"]
    own_cloud.start()
    assert own_cloud.process is not None
    assert own_cloud.process.wait(timeout=30) == 0
    assert service_file.read(own_cloud.folder) is None


def test_it_stops_when_told(own_cloud: RunningCloud) -> None:
    own_cloud.start()
    assert own_cloud.call("/mock/shutdown", method="POST") == {"status": "stopping"}
    assert own_cloud.process is not None
    assert own_cloud.process.wait(timeout=30) == 0
    assert service_file.read(own_cloud.folder) is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM])
def test_it_leaves_tidily_when_interrupted(own_cloud: RunningCloud, wish: signal.Signals) -> None:
    own_cloud.start()
    assert own_cloud.process is not None
    own_cloud.process.send_signal(wish)
    assert own_cloud.process.wait(timeout=30) == 0
    assert service_file.read(own_cloud.folder) is None


def test_in_a_terminal_it_prints_the_two_settings(own_cloud: RunningCloud) -> None:
    own_cloud.start()
    assert own_cloud.printed == [f"OPENAI_BASE_URL={own_cloud.base_url}", f"OPENAI_API_KEY={own_cloud.token}"]


def test_one_folder_has_one_service(own_cloud: RunningCloud) -> None:
    own_cloud.start()
    command = [*COMMAND, "--home", str(own_cloud.home)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=Path.cwd())
    assert second.returncode == 1
    assert own_cloud.root_url in second.stdout and "already" in second.stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_the_token_is_readable_by_its_owner_only(own_cloud: RunningCloud) -> None:
    own_cloud.start()
    for name in ("token", service_file.NAME):
        assert (own_cloud.folder / name).stat().st_mode & 0o077 == 0
