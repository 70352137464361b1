"""Azure OpenAI's surfaces: the data plane, dated and v1, and the control plane."""
