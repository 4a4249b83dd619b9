"""The command line. Text goes to stdout, everything else to stderr."""
