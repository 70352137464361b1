"""A program that knows nothing of the course works against the mock cloud that a terminal runs."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.ground.paths import course_root, data

FLOW = Path(__file__).with_name("cookbook_flow.py")
ROWS = 12


@pytest.fixture
def terminal(tiny_model, tmp_path):
    """`python3 -m helpers mock-cloud` in the foreground, and the two settings it prints."""
    command = [sys.executable, "-m", "helpers", "mock-cloud", "--port", "0", "--home", str(tmp_path / "home")]
    environment = {**os.environ, "COURSE_BASE_MODEL": str(tiny_model), "COURSE_REPLAY": "off"}
    process = subprocess.Popen(command, cwd=course_root(), env=environment, stdout=subprocess.PIPE, text=True)
    printed: dict[str, str] = {}
    while len(printed) < 2:
        line = process.stdout.readline()
        assert line, "the mock cloud ended before it was ready"
        if found := re.search(r"(OPENAI_(?:BASE_URL|API_KEY))=(\S+)", line):
            printed[found[1]] = found[2]
    yield printed
    process.terminate()
    process.wait(timeout=30)
    process.stdout.close()


@pytest.fixture
def small_recipes(tmp_path):
    folder = tmp_path / "recipes"
    folder.mkdir()
    for split in ("train", "validation", "test"):
        lines = data(f"recipes/{split}.jsonl").read_text("utf-8").splitlines()[:ROWS]
        (folder / f"{split}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_the_flow_uses_nothing_but_openai():
    tree = ast.parse(FLOW.read_text("utf-8"))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported - sys.stdlib_module_names == {"openai"}


def test_cookbook_flow(terminal, small_recipes):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    run = subprocess.run(
        [sys.executable, FLOW, small_recipes],
        env=environment | terminal,
        cwd=small_recipes,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    seen = json.loads(run.stdout)
    assert seen["created"] == "validating_files" and seen["status"] == "succeeded" and seen["in_list"]
    assert re.fullmatch(r"ft:gpt-4o-mini-2024-07-18:[\w-]+:recipe-ner:\w{8}", seen["model"])
    assert seen["answered_by"] == seen["model"] and seen["tokens"] > 0 and seen["deleted"]
    assert seen["messages"][0].startswith("Created fine-tuning job: ftjob-")
    assert seen["messages"][-1] == "The job has successfully completed"
    assert len(seen["checkpoints"]) == 3 and seen["checkpoints"][0] == seen["model"]
    assert "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy" in _plain(seen["results"])


def _plain(results):
    import base64

    return results if "," in results else base64.b64decode(results).decode()
