"""The trained judge: a number for each quality of a text, read from the states of a small language model."""
