"""Checks an AutoTrain job file before it costs minutes: would AutoTrain take it, and would the job then
work here?
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.ground.texts import _
from helpers.lessons.autotrain.data_checks import TEMPLATES, Finding, Kind, data_findings
from helpers.lessons.autotrain.parameters import parameter_table, type_in_words, typed
from helpers.lessons.autotrain.parsing import Refused, parameters_of

CLOUD_BACKENDS = ("spaces-", "ep-", "ngc-", "nvcf-")


@dataclass(frozen=True)
class Report:
    """The outcome: `accepted` is AutoTrain's own parser's view, `ready` says that nothing is known to fail
    later.
    """

    findings: list[Finding] = field(default_factory=list)
    parameters: dict[str, Any] | None = None

    @property
    def accepted(self) -> bool:
        return not self._any("refused")

    @property
    def ready(self) -> bool:
        return not self._any("refused", "will fail")

    def _any(self, *kinds: Kind) -> bool:
        return any(finding.kind in kinds for finding in self.findings)

    def __str__(self) -> str:
        if not self.findings:
            return _("✓ AutoTrain accepts this job, and nothing is known to be wrong with it.")
        head = _("✓ AutoTrain accepts this job.") if self.ready else _("✗ This job would not work:")
        return "\n".join([head, *(f"  {finding}" for finding in self.findings)])


def check_config(
    source: str | Path | dict[str, Any], *, folder: Path | None = None, cpu: bool = True
) -> Report:
    """Check a job file: a path, YAML text, or its content. `folder` is where relative data paths start.

    Never raises on bad input: whatever is wrong is a finding, in words.

    >>> print(check_config("task: llm-sft"))
    ✗ This job would not work:
      ✗ backend: `backend` is missing. Write `backend: local` to train on this machine.
    """
    try:
        config = read_config(source)
        parameters = typed_parameters(config)
        _check_backend(config, parameters)
    except Refused as problem:
        return Report([Finding("refused", problem.where, str(problem))])
    findings = [Finding("note", *told) for told in _unknown(config)]
    findings += [Finding("will fail", *told) for told in _will_fail(parameters, cpu=cpu)]
    findings += [Finding("note", *told) for told in _notes(config, parameters)]
    if str(config["backend"]).startswith("local"):
        findings += data_findings(parameters, folder or Path.cwd())
    return Report(findings, parameters)


def read_config(source: str | Path | dict[str, Any]) -> Any:
    """The content of a job file: a path, YAML text, or the content itself, which is given back.

    Raises `Refused` when it cannot be read or is no YAML.

    >>> read_config("task: llm-sft\\nlog: none")
    {'task': 'llm-sft', 'log': 'none'}
    """
    if isinstance(source, dict):
        return source
    import yaml

    try:
        if isinstance(source, str) and ("\n" in source or ":" in source):
            return yaml.safe_load(source)
        return yaml.safe_load(Path(source).read_text(encoding="utf-8"))
    except OSError as error:
        text = _("Cannot read {file}: {error}.").format(file=source, error=error.strerror)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = _(" (line {line})").format(line=mark.line + 1) if mark else ""
        text = _("This is not YAML{line}. Look for a tab, a missing space after a colon, or a broken indent.")
        text = text.format(line=line)
    raise Refused("file", text)


def typed_parameters(config: Any) -> dict[str, Any]:
    """All of the job's parameters with types and defaults as AutoTrain will use them. Raises `Refused`."""
    from pydantic import ValidationError

    try:
        parameters = typed(parameters_of(config))
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        message = _("`{name}` must be {kind}, and it is {value!r}.").format(
            name=name, kind=type_in_words(name), value=first["input"]
        )
        raise Refused(name, message) from None
    _check_project_name(parameters["project_name"])
    return parameters


def _check_project_name(name: str) -> None:
    text = ""
    if name and not name.replace("-", "").isalnum():
        text = _("`{name}` has other signs than letters, digits and hyphens.")
    elif len(name) > 50:
        text = _("The project name has {count} letters; AutoTrain takes 50.")
    if text:
        raise Refused("project_name", text.format(name=name, count=len(name)))


def _check_backend(config: dict[str, Any], parameters: dict[str, Any]) -> None:
    backend = config["backend"]
    if not isinstance(backend, str) or not backend.startswith(("local", *CLOUD_BACKENDS)):
        text = _("AutoTrain has no backend `{name}`. To train here, write `backend: local`.")
        raise Refused("backend", text.format(name=backend))
    if not backend.startswith("local") and parameters["username"] is None:
        text = _("The backend `{name}` runs in an account: it needs `hub.username`.")
        raise Refused("hub.username", text.format(name=backend))


Told = Iterator[tuple[str, str]]
"""Where it stands, and what is to be said."""


def _unknown(config: dict[str, Any]) -> Told:
    known = parameter_table()
    for name in {**dict(config.get("params") or {}), **config["data"]["column_mapping"]}:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = _(" Did you mean `{near}`?").format(near=near[0]) if near else ""
            yield name, _("AutoTrain has no parameter `{name}` and ignores it.").format(name=name) + hint


def _will_fail(p: dict[str, Any], *, cpu: bool) -> Told:
    if not p["project_name"]:
        yield "project_name", _("The project has no name, so there is no folder to save to.")
    if p["trainer"] not in ("sft", "default", "dpo", "orpo", "reward"):
        yield "trainer", _("AutoTrain has no trainer `{name}`.").format(name=p["trainer"])
    if cpu and p["peft"] and p["quantization"] in ("int4", "int8"):
        text = _(
            "{name} quantization (int4 is AutoTrain's default) needs an NVIDIA GPU. On a CPU write "
            "`quantization: null`."
        )
        yield "quantization", text.format(name=p["quantization"])
    if cpu and p["mixed_precision"] == "fp16":
        yield "mixed_precision", _("fp16 needs a GPU. On a CPU write `bf16` or leave it out.")
    if p["push_to_hub"] and not (p["token"] and p["username"]):
        yield "hub", _("`push_to_hub: true` needs a username and a token.")
    yield from _bad_values(p)


def _bad_values(p: dict[str, Any]) -> Told:
    for name in ("epochs", "batch_size", "gradient_accumulation", "lora_r", "lr"):
        if p[name] <= 0:
            yield name, _("`{name}` must be above zero.").format(name=name)
    if isinstance(p["block_size"], list) and p["trainer"] in ("sft", "default"):
        yield "block_size", _("A list of block sizes breaks this trainer. Write one number.")


def _notes(config: dict[str, Any], p: dict[str, Any]) -> Told:
    if p["valid_split"] and p["trainer"] in ("sft", "default"):
        text = _(
            "AutoTrain drops the validation file of local language-model data without a word: "
            "nothing is evaluated."
        )
        yield "data.valid_split", text
    if p["chat_template"] not in (None, *TEMPLATES):
        text = _("`{name}` is no chat template of AutoTrain's; like `null`, it applies none.")
        yield "data.chat_template", text.format(name=p["chat_template"])
    written = str((config.get("hub") or {}).get("token") or "")
    if written and not written.startswith("${"):
        text = _(
            "A token stands in this file in clear text. Write `token: ${HF_TOKEN}` and keep it in "
            "the environment."
        )
        yield "hub.token", text
