"""The trained judge: pairs of texts, and a head that tells the better one by what a small model has of each."""
