"""The OpenAI surface under `/v1`; Azure's data plane is built upon it."""
