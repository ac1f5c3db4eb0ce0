"""Evidence that a log is what it was: a Merkle tree over its entries, checkpoints and proofs."""
