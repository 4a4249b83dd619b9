"""Makes the default model: corpus, tokenizer, training, GGUF, scores."""

import os

# Has to be said before torch loads OpenMP. Where the cores are shared with other programs, a
# spinning thread keeps the one that it waits for from running: training fell to a fifth.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
