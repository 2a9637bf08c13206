"""The double of OZmap's REST API v2, as far as the fact sheet ozmap-api knows it (sections 1-3)."""
