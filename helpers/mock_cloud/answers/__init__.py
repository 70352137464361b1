"""Chat and responses, whatever surface asks: what a request means, the answer in its shape."""
