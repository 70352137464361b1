"""Read the results file of a fine-tuning job: a CSV with one row per step."""

from __future__ import annotations

import binascii
from base64 import b64decode
from io import StringIO
from typing import TYPE_CHECKING

from helpers.engine.types.metrics import METRICS
from helpers.ground.texts import _
from helpers.ground.trouble import Trouble

if TYPE_CHECKING:
    from pandas import DataFrame

ONE_NAME = {name: metric.column for metric in METRICS for name in (metric.openai, metric.azure) if name}


class NotAResultsFile(Trouble):
    """What was handed over is no results file of a fine-tuning job."""


def read_results(content: bytes | str) -> DataFrame:
    """The measurements of a job as a table: step, losses, accuracies; empty cells where nothing was measured.

    Takes the file as plain CSV or base64-encoded, as the OpenAI endpoint has been seen to send it, with
    OpenAI's or Azure's column names, which come out as one. Azure marks "not measured" with -1.
    Raises NotAResultsFile for anything else.

    >>> read_results("step,train_loss,valid_mean_token_accuracy\\n1,2.5,0.5\\n").columns.to_list()
    ['step', 'train_loss', 'valid_accuracy']
    """
    import pandas as pd

    text = _plain(content.encode() if isinstance(content, str) else content)
    if not text.lstrip("\ufeff").startswith("step,"):
        raise NotAResultsFile(
            _("This is not the results file of a job: it does not begin with the column step. ")
            + _("Pass the content of the file named in job.result_files.")
        )
    table = pd.read_csv(StringIO(text.lstrip("\ufeff"))).rename(columns=ONE_NAME)
    measured = table.drop(columns="step")
    return pd.concat([table["step"], measured.where(measured >= 0)], axis=1)


def _plain(content: bytes) -> str:
    try:
        if b"," not in content:
            content = b64decode(b"".join(content.split()), validate=True)
        return content.decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
