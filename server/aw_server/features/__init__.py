"""One file a method of the protocol; each registers its handlers on the server."""
