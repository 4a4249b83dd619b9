"""One file for each method of the protocol; each registers its handlers on the server."""
