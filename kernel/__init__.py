"""What all stages share; a closed list (docs/adr/0001)."""
