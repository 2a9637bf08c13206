"""What travels between the stages: envelopes, changes, commands, outcomes, decisions, links, cursors."""
