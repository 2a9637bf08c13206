"""The operator's commands: `ozmap-ixc …`."""
