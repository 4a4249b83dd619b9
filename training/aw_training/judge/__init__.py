"""The trained judge: pairs of texts, and a head that reads from a small model which is better."""
