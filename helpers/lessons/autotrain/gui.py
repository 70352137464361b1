"""AutoTrain's web page on this machine: started on loopback, filled in by hand or over HTTP, and stopped
cleanly.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx

from helpers.connect.page_address import page_address
from helpers.ground.texts import _
from helpers.lessons.autotrain.data_checks import training_file
from helpers.lessons.autotrain.environment import EnvironmentNotReady, is_ready
from helpers.lessons.autotrain.gui_front import GuiFront
from helpers.lessons.autotrain.hub_stand_in import USER, HubStandIn
from helpers.lessons.autotrain.jobs import work_folder
from helpers.lessons.autotrain.live_job import LiveJob, Run, make_room
from helpers.lessons.autotrain.processes import Program, tool_environment
from helpers.lessons.autotrain.runner import follow
from helpers.lessons.autotrain.training_log import TrainingLog
from helpers.lessons.autotrain.validator import typed_parameters
from helpers.lessons.loopback import free_port
from helpers.show.showing import show_markdown

START_SECONDS = 180


class GuiTrouble(RuntimeError):
    """The page did not start, or refused the form; the message says why."""


class Gui(AbstractContextManager["Gui"]):
    """A running page. Use it in a `with` block, or call `stop()`.

        with Gui.start(base_model) as page:
            run = page.train(config)

    It needs AutoTrain's environment:

    >>> import os, tempfile
    >>> from unittest.mock import patch
    >>> with patch.dict(os.environ, COURSE_CACHE=tempfile.mkdtemp()):
    ...     Gui.start("some/model")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    helpers...EnvironmentNotReady: Run autotrain.prepare_environment() first.
    """

    def __init__(self, program: Program, stand_in: HubStandIn, port: int) -> None:
        self.program, self._stand_in, self._own_url = program, stand_in, f"http://127.0.0.1:{port}"
        self.front: GuiFront | None = None

    @classmethod
    def start(cls, base_model: Path | str, say: Callable[[str], None] = print) -> Gui:
        """Start the page with `base_model` first in its list of models. Raises `GuiTrouble`,
        `EnvironmentNotReady`.
        """
        if not is_ready():
            raise EnvironmentNotReady(_("Run autotrain.prepare_environment() first."))
        stand_in, port = HubStandIn(), free_port()
        say(_("Starting AutoTrain's page (it loads its libraries first, 10-30 s) …"))
        (work_folder() / "autotrain.db").unlink(missing_ok=True)
        command = ["autotrain", "app", "--host", "127.0.0.1", "--port", str(port)]
        program = Program.start(
            command,
            folder=work_folder(),
            log=work_folder() / "logs" / "page.log",
            environment=_variables(stand_in, base_model),
        )
        gui = cls(program, stand_in, port)
        try:
            gui._wait_until_up()
        except BaseException:
            gui.stop()
            raise
        gui.front = GuiFront(port)
        return gui

    @property
    def url(self) -> str:
        """The page's address on this machine."""
        return f"{self.front.url}/" if self.front else f"{self._own_url}/"

    @property
    def browser_url(self) -> str:
        """The address for the learner's browser, also where loopback cannot be reached from there."""
        return page_address(self.url)

    @property
    def log(self) -> Path:
        """The page's own log, which also holds the log of its job."""
        return self.program.log

    def submit(self, config: dict[str, Any], *, overwrite: bool = False) -> LiveJob:
        """Send the page's form for a job over HTTP, as its Start button does; the job then runs.

        Raises `ProjectExists`, `GuiTrouble` (the page takes one job in its life: start it again for another).
        """
        parameters = typed_parameters(config)
        project = work_folder() / parameters["project_name"]
        make_room(project, overwrite=overwrite)
        file = _training_file(config)
        with file.open("rb") as stream:
            answer = httpx.post(
                f"{self._own_url}/ui/create_project",
                data=form_fields(config), files={"data_files_training": (file.name, stream)}, timeout=120,
            )  # fmt: skip
        if answer.status_code != 200:
            raise GuiTrouble(_("The page refused the form: {text}").format(text=answer.text[:300]))
        return self.watch(project)

    def watch(self, project: Path | str) -> LiveJob:
        """The job that somebody started in the page under this project name, for `follow`."""
        return _GuiJob("web page", work_folder() / project, self.program, TrainingLog(self.log), gui=self)

    def follow(self, project: str) -> Run:
        """Watch a job that was started by hand in the page, to its end."""
        return follow(self.watch(project))

    def show_address(self) -> None:
        """Show the page's address as a link."""
        show_markdown(_("AutoTrain's page: [{address}]({address})").format(address=self.browser_url))

    def train(self, config: dict[str, Any], *, overwrite: bool = False) -> Run:
        """Submit a job and watch it to its end."""
        return follow(self.submit(config, overwrite=overwrite))

    def is_training(self) -> bool:
        """Whether the page's job is still running."""
        answer = httpx.get(f"{self._own_url}/ui/is_model_training", timeout=60)
        return bool(answer.json()["model_training"])

    def stop(self) -> None:
        """Stop the page, its job, the front and the stand-in; nothing stays behind."""
        self.program.stop()
        if self.front:
            self.front.close()
            self.front = None
        self._stand_in.close()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def _wait_until_up(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.program.running:
            try:
                if httpx.get(f"{self._own_url}/ui/is_model_training", timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.3)
        last = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise GuiTrouble(
            _("AutoTrain's page did not start. Its last word: {last}").format(last=(last or ["–"])[0][:300])
        )


class _GuiJob(LiveJob):
    """A job inside the page: it has ended when the page says so, though the page itself goes on."""

    def __init__(self, *parts: Any, gui: Gui) -> None:
        super().__init__(*parts)
        self._gui, self._asked, self._running = gui, 0.0, True

    def update(self) -> bool:
        if not super().update():
            return False
        if time.monotonic() - self._asked > 2:
            self._asked = time.monotonic()
            self._running = self._gui.is_training()
        return self._running

    def stop(self) -> None:
        self.stopped = True
        self._gui.stop()


def form_fields(config: dict[str, Any]) -> dict[str, str]:
    """The page's form for a job file: what the learner fills in, field by field.

    `push_to_hub` has no control in the form and defaults to true there; it must be written in the JSON view.

    >>> from helpers.lessons.autotrain.jobs import job_config
    >>> form_fields(job_config("demo", "m", "d"))["task"]
    'llm:sft'
    """
    parameters = typed_parameters(config)
    return {
        "project_name": parameters["project_name"],
        "task": f"llm:{parameters['trainer'].replace('default', 'generic')}",
        "base_model": parameters["model"],
        "hardware": "local-ui",
        "params": json.dumps(form_parameters(config)),
        "autotrain_user": USER,
        "column_mapping": json.dumps({"text": parameters["text_column"]}),
    }


def form_parameters(config: dict[str, Any]) -> dict[str, Any]:
    """What the page's JSON view must hold for this job."""
    parameters = typed_parameters(config)
    said = dict(config.get("params") or {})
    quantization = "none" if parameters["quantization"] is None else parameters["quantization"]
    extra = {"chat_template": parameters["chat_template"], "log": parameters["log"], "push_to_hub": False}
    return {**said, "quantization": quantization, **extra}


def _training_file(config: dict[str, Any]) -> Path:
    file = training_file(typed_parameters(config), work_folder())
    if file is None:
        raise GuiTrouble(_("There is no training file in {path}.").format(path=config["data"]["path"]))
    return file


def _variables(stand_in: HubStandIn, base_model: Path | str) -> dict[str, str]:
    hub = {"HF_ENDPOINT": stand_in.url, "HF_API": stand_in.url, "HF_TOKEN": "hf_not_a_real_token"}
    variables = tool_environment({**hub, "AUTOTRAIN_CUSTOM_MODELS": str(base_model)})
    del variables["HF_HUB_OFFLINE"]
    return variables
