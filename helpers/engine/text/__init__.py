"""From conversations to tokens: training files read row by row, and the chat template."""
