"""The trained judge: pairs of texts, a network that learns which is better, and its export."""
