"""The learner's machinery: exercises, quizzes, progress, the course map."""
