"""Job files to learn from."""

from __future__ import annotations

BROKEN_JOB = """\
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
