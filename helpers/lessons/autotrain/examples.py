"""Job files to learn from."""

from __future__ import annotations


def broken_job() -> str:
    """A job file in which five things are wrong, as YAML text: the one that the exercise repairs.

    >>> broken_job().splitlines()[2]
    'project_name: my_recipes'
    """
    return _BROKEN_JOB


_BROKEN_JOB = """\
task: llm-sft
base_model: HuggingFaceTB/SmolLM2-135M-Instruct
project_name: my_recipes
backend: local
data:
  path: recipes
  train_split: train
  valid_split: null
  column_mapping: messages
params:
  block_size: 128
  epochs: 1
  peft: true
"""
