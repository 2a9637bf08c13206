"""Commands become writes: read the remote, plan, write, read back, report, commit. See sinks.worker."""
