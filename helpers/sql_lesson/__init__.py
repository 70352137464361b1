"""Text-to-SQL for the Hugging Face lesson: databases, prompts, answers judged by running them, serving."""
