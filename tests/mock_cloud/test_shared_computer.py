"""A computer that others use too: state is its owner's only, and nobody takes the service's place."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

import helpers
from helpers.connect import mock_cloud_control as control
from helpers.ground.private import close_all
from helpers.lessons.checklist.answers import Answers, save
from helpers.mock_cloud.state import service_file
from helpers.mock_cloud.state.secret import Secret, proof
from tests.azure_surfaces import Azure
from tests.mock_cloud.conftest import BASE, jsonl, named, rows
from tests.running_cloud import RunningCloud, wait_for_job

SHORT = {"n_epochs": 1, "batch_size": 12}
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")


def _open_to_others(home: Path) -> list[str]:
    found = [home, *home.rglob("*")]
    return [str(path.relative_to(home)) for path in found if path.stat().st_mode & 0o077]


def _use(cloud: RunningCloud) -> Any:
    client = cloud.client()
    file = client.files.create(file=named(jsonl(rows())), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(model=BASE, training_file=file.id, hyperparameters=SHORT, seed=1)
    done = wait_for_job(client, job.id)
    assert done.status == "succeeded", done.error
    client.responses.create(model=done.fine_tuned_model, input="A secret question?", max_output_tokens=16)
    return done


@posix
def test_state_is_for_its_owner_only_whatever_the_umask(own_cloud: RunningCloud) -> None:
    """Database with its companions, logs, keys, blobs, copies, checkpoints, recordings."""
    own_cloud.environment["COURSE_REPLAY"] = "on"
    before = os.umask(0)
    try:
        own_cloud.start()
        _use(own_cloud)
        assert _open_to_others(own_cloud.home) == []
    finally:
        os.umask(before)
    names = {path.name for path in own_cloud.home.rglob("*")}
    assert {"mock-cloud.db-wal", "worker.log", "secret", "record.json", "adapter_model.safetensors"} <= names


@posix
def test_state_that_was_open_is_closed_at_the_start(own_cloud: RunningCloud) -> None:
    own_cloud.start().stop()
    (own_cloud.home / "progress.jsonl").write_text("{}\n")
    (own_cloud.home / "checklists").mkdir()
    (own_cloud.home / "checklists" / "mine.json").write_text("{}")
    for path in (own_cloud.home, *own_cloud.home.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    own_cloud.start()
    assert _open_to_others(own_cloud.home) == []


@posix
def test_what_kernels_keep_is_private(course_home: Path) -> None:
    course_home.chmod(0o755)
    before = os.umask(0)
    try:
        answers = Answers("Mine")
        assert save(answers).stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)
    assert course_home.stat().st_mode & 0o777 == 0o700 and _open_to_others(course_home) == []


@posix
def test_a_folder_that_everybody_shares_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (tmp_path / "elsewhere").symlink_to("/usr")
    close_all(tmp_path)
    assert tmp_path.stat().st_mode & 0o1777 == 0o1777


def _forgeries(cloud: RunningCloud) -> Iterator[str]:
    """Tokens that whoever reads the database, or holds another key, might make."""
    import sqlite3

    database = sqlite3.connect(cloud.folder / "mock-cloud.db")
    claims = ""
    for id, digest in database.execute("SELECT id, token_sha256 FROM organizations"):
        claims = f"mock-entra.{id}.{int(time.time()) + 3600}"
        for key in (digest, id, "", cloud.token, hashlib.sha256(digest.encode()).hexdigest()):
            yield f"{claims}.{hmac.new(key.encode(), claims.encode(), hashlib.sha256).hexdigest()}"
    yield f"{claims}."
    yield f"{claims}.é"


def test_a_forged_entra_token_opens_nothing(mock_cloud: RunningCloud) -> None:
    own = mock_cloud.call("/mock/entra-token", method="POST")["access_token"]
    url = f"{mock_cloud.root_url}/openai/models?api-version=2024-10-21"

    def status(token: str) -> int:
        return httpx.get(url, headers={"authorization": f"Bearer {token}".encode()}).status_code

    assert status(own) == 200
    assert {status(token) for token in _forgeries(mock_cloud)} == {401}
    claims, _, signature = own.rpartition(".")
    later = claims.rpartition(".")[0] + f".{int(time.time()) + 10**6}"
    assert status(f"{later}.{signature}") == 401


def test_an_entra_token_outlives_a_restart(own_cloud: RunningCloud) -> None:
    azure = Azure(own_cloud.start())
    token = own_cloud.call("/mock/entra-token", method="POST")["access_token"]
    own_cloud.restart()
    headers = {"authorization": f"Bearer {token}"}
    assert httpx.get(f"{own_cloud.root_url}/openai/v1/models", headers=headers).status_code == 200
    assert azure.dated().models.list().data


def test_no_key_is_derived_from_another_one() -> None:
    secret = Secret()
    signed = {secret.sign(use, "org-1") for use in ("human page", "mock-entra", service_file.PROOF)}
    assert len(signed) == 3 and secret.value not in repr(secret)
    assert proof("k", 1, "c") != proof("k", 2, "c")


@pytest.mark.parametrize("call", ["/mock/shutdown", "/mock/organizations"])
def test_another_organisation_cannot_do_what_concerns_all(mock_cloud: RunningCloud, call: str) -> None:
    headers = {"authorization": f"Bearer {mock_cloud.new_organization()}"}
    answer = httpx.post(mock_cloud.root_url + call, headers=headers, json={"title": "x"})
    assert answer.status_code == 403 and answer.json()["error"]["message"]
    assert httpx.get(f"{mock_cloud.root_url}/health").status_code == 200


def test_a_replay_tells_nobody_anothers_job(own_cloud: RunningCloud) -> None:
    own_cloud.environment["COURSE_REPLAY"] = "on"
    own_cloud.start()
    first = _use(own_cloud)
    stranger = own_cloud.client(api_key=own_cloud.new_organization())
    told = {}
    for client in (stranger, own_cloud.client()):
        file = client.files.create(file=named(jsonl(rows())), purpose="fine-tune")
        job = client.fine_tuning.jobs.create(model=BASE, training_file=file.id, hyperparameters=SHORT, seed=1)
        assert wait_for_job(client, job.id).status == "succeeded"
        events = client.fine_tuning.jobs.list_events(job.id, limit=100).to_json()
        assert "recorded run" in events
        told[client.api_key] = first.id in events
    assert told == {stranger.api_key: False, own_cloud.token: True}


class Impostor:
    """Another program on the port of a service that died: keeps whatever it is sent."""

    def __init__(self, port: int, answer: Callable[[Any], tuple[bytes, dict[str, str]]]) -> None:
        self.seen: list[str] = []
        seen = self.seen

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                seen.append(f"{self.command} {self.path} {self.headers} {self.rfile.read(length)!r}")
                body, headers = answer(self)
                self.send_response(200)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_arguments: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def _health(handler: Any) -> tuple[bytes, dict[str, str]]:
    """What the real service says of itself, without the proof."""
    return json.dumps({"status": "ok", "service": "mock-cloud", "version": control.VERSION}).encode(), {}


def _echo(handler: Any) -> tuple[bytes, dict[str, str]]:
    return _health(handler)[0], {service_file.PROOF: handler.headers.get(service_file.CHALLENGE, "")}


def _relay(handler: Any) -> tuple[bytes, dict[str, str]]:
    """Asks the real service, which runs on another port, for the proof."""
    service = service_file.read(Path(os.environ["COURSE_HOME"]) / "mock-cloud")
    challenge = {service_file.CHALLENGE: handler.headers.get(service_file.CHALLENGE, "")}
    answer = httpx.get(f"{service.root_url}/health", headers=challenge)
    return answer.content, {service_file.PROOF: answer.headers[service_file.PROOF]}


@pytest.fixture
def home(course_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("COURSE_MODE", "mock")
    yield course_home
    helpers.stop_mock_cloud()


@pytest.mark.parametrize("answer", [_health, _echo, _relay])
def test_an_impostor_gets_neither_token_nor_data(home: Path, answer: Callable[..., Any]) -> None:
    """Clients made before, and what asks anew; the service starts again on another port."""
    import psutil

    client = helpers.openai_client(max_retries=0)
    names, management = helpers.azure_names(), helpers.azure_management(retry_total=0)
    deployments = (names.resource_group, names.resource_name)
    assert client.models.list().data and list(management.deployments.list(*deployments)) == []
    before = control.find_mock_cloud()
    psutil.Process(before.pid).kill()
    psutil.wait_procs([psutil.Process(before.pid)] if psutil.pid_exists(before.pid) else [], timeout=5)
    impostor = Impostor(before.port, answer)
    try:
        if answer is _relay:
            service_file.remove(home / "mock-cloud", before.pid)
            control._start(home / "mock-cloud")
        uploaded = client.files.create(file=("private.jsonl", b'{"private": "rows"}\n'), purpose="user_data")
        assert client.files.retrieve(uploaded.id).filename == "private.jsonl"
        assert list(management.deployments.list(*deployments)) == []
        assert control.find_mock_cloud().port != before.port
        assert impostor.seen, "it was asked who it is"
        told = "\n".join(impostor.seen)
        assert before.token not in told and "private" not in told
        assert not any(line.startswith("POST") for line in impostor.seen)
    finally:
        impostor.close()


def test_something_that_hangs_on_the_port_is_no_service(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpers.connect.proof.SECONDS", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        (home / "mock-cloud").mkdir()
        service = service_file.Service(1, "127.0.0.1", port, "sk-mock-x", 0, control.VERSION, "key")
        service_file.write(home / "mock-cloud", service)
        assert control.find_mock_cloud() is None


def test_the_unmodified_client_needs_no_proof(mock_cloud: RunningCloud) -> None:
    plain = openai.OpenAI(api_key=mock_cloud.token, base_url=mock_cloud.base_url)
    assert plain.models.list().data
