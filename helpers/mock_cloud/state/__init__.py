"""What a running mock cloud is made of and must not lose: store, blobs, limits, identifiers."""
