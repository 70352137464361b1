"""What single notebooks need beyond the shared helpers."""
