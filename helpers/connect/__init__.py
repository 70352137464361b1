"""The ordinary clients, for the mock cloud or the real service; the mock cloud started when needed."""
