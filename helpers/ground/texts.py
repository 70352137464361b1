"""Every text a learner sees in a widget, check or quiz passes through `_`, ready to be translated.

English is the source. `COURSE_LANGUAGE=sr`, in the environment or in `.env`, looks for
`helpers/locale/sr/LC_MESSAGES/course.po`; what is not translated there stays English.
`python3 -m helpers.authoring.catalogue` keeps `course.pot` complete.
"""

from __future__ import annotations

import gettext
import os
from functools import cache
from io import BytesIO
from pathlib import Path

from helpers.ground.paths import course_root

LOCALE_FOLDER = Path(__file__).resolve().parents[1] / "locale"


def _(text: str) -> str:
    """The text in the learner's language (`COURSE_LANGUAGE`), or as it is.

    >>> _("Correct") != ""
    True
    """
    language = os.environ.get("COURSE_LANGUAGE") or _language_in_env_file()
    return _translations(language).gettext(text) if language and text else text


@cache
def _language_in_env_file() -> str:
    """Read once and apart from the other settings, so that texts are there when one of those is wrong."""
    file = course_root() / ".env"
    if not file.is_file():
        return ""
    from dotenv import dotenv_values

    return dotenv_values(file, encoding="utf-8").get("COURSE_LANGUAGE") or ""


@cache
def _translations(language: str) -> gettext.NullTranslations:
    """The catalogue of one language, compiled in memory; an empty one where it is missing."""
    source = LOCALE_FOLDER / Path(language).name / "LC_MESSAGES" / "course.po"
    if not source.is_file():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with source.open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=Path(language).name))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
