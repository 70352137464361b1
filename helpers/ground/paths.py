"""Where the course lives: its files, its state (`COURSE_HOME`) and its caches (`COURSE_CACHE`)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from helpers.ground.private import private_folder

APP = "fine-tuning-course"


def course_root() -> Path:
    """The folder of the clone, holding `notebooks/`, `helpers/` and `data/`.

    >>> (course_root() / "data").is_dir()
    True
    """
    return Path(__file__).resolve().parents[2]


def data_folder() -> Path:
    """The folder of datasets, prices and quizzes."""
    return course_root() / "data"


def data(relative: str) -> Path:
    """The path of one data file, wherever the kernel was started.

    >>> data("recipes/train.jsonl").name
    'train.jsonl'
    """
    return data_folder() / relative


def course_home() -> Path:
    """State: mock cloud, progress, evidence. `COURSE_HOME`, or the platform's folder for user data.

    It is made where it is missing, and closed to other users. Raises OSError where it cannot be made.

    >>> course_home().is_dir()
    True
    """
    return private_folder(chosen_home())


def chosen_home() -> Path:
    """Where the state goes, whether it is there or not.

    >>> chosen_home() == course_home()
    True
    """
    return _chosen("COURSE_HOME", _user_data())


def course_cache() -> Path:
    """What can be made again: weights, environments. `COURSE_CACHE`, or the platform's cache folder.

    It is made where it is missing. Raises OSError where it cannot be.

    >>> course_cache().is_dir()
    True
    """
    folder = _chosen("COURSE_CACHE", _user_cache())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _chosen(variable: str, default: Path) -> Path:
    return Path(os.environ.get(variable) or default).expanduser().absolute()


def _user_data() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / APP
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support" / APP
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / APP


def _user_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / APP / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches" / APP
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / APP
