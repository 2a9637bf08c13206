"""The double of IXC Provedor: its webservice v1 over HTTP, quirks included (fact sheet ixc-api)."""
