"""Runs in AutoTrain's environment: does AutoTrain's own parser take these job files?"""

import json
import sys
from pathlib import Path

from autotrain.backends.base import BaseBackend
from autotrain.parser import AutoTrainConfigParser


def verdict(text: str) -> dict:
    Path("job.yml").write_text(text, encoding="utf-8")
    try:
        parsed = AutoTrainConfigParser("job.yml")
        params = parsed.task_param_map[parsed.task](**parsed.parsed_config)
        if not parsed.backend.startswith(("local", "spaces-", "ep-", "ngc-", "nvcf-")):
            raise NotImplementedError(parsed.backend)
        BaseBackend(params=params, backend=parsed.backend)
    except Exception as error:
        return {"accepted": False, "why": repr(error)[:200]}
    return {"accepted": parsed.task == "lm_training", "parameters": params.model_dump()}


print(json.dumps([verdict(text) for text in json.loads(Path(sys.argv[1]).read_text())]))
