"""The base model: its weights in memory, LoRA adapters, the mathematics of each layer."""
