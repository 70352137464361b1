"""Text-to-SQL for the Hugging Face lesson: databases, prompts, answers judged by running them, serving.

Models run in the learner's kernel here, so its memory is kept small before the first computation.
"""

from helpers.engine.model.memory import hold_little

hold_little()
