"""Seeds that belong to a request, so that neither batching nor arrival order can change what it samples."""

from hashlib import blake2b


def seed_for(run: int, generation: int, slot: int, attempt: int, purpose: str = "write") -> int:
    """A 32-bit seed that depends on these values alone."""
    key = f"{run}/{generation}/{slot}/{attempt}/{purpose}".encode()
    return int.from_bytes(blake2b(key, digest_size=4).digest(), "big")
