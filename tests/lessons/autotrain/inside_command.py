"""Runs in AutoTrain's environment: the parameters that `autotrain llm …` makes of these arguments."""

import argparse
import json
import sys
from pathlib import Path

from autotrain.cli.run_llm import RunAutoTrainLLMCommand
from autotrain.trainers.clm.params import LLMTrainingParams


def parameters(arguments: list) -> dict:
    parser = argparse.ArgumentParser()
    RunAutoTrainLLMCommand.register_subcommand(parser.add_subparsers())
    parsed = parser.parse_args(arguments)
    command = parsed.func(parsed)
    return LLMTrainingParams(**vars(command.args)).model_dump()


print(json.dumps([parameters(arguments) for arguments in json.loads(Path(sys.argv[1]).read_text())]))
