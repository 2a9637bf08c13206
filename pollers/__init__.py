"""Stage one: what changed in either system, as one compacted topic per entity. fetch → detect → produce."""
