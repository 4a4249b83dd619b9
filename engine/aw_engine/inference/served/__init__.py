"""Models that a server runs already: llama-server, vLLM, Ollama, LM Studio, and others like them."""
