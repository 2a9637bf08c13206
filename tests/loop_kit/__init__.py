"""What the proofs of the whole loop share: both doubles, all stages, and readers of what they left behind."""
