"""The language server's entry. It comes with the next version; until then this says so, nothing pretends."""

STDIO = "The language server comes with the next version; today there is `aw-server evolve`."


def asked_for(arguments: list[str]) -> bool:
    """Whether an editor (or somebody like one) is starting a language server."""
    options = ("--stdio", "--tcp", "--clientProcessId")
    return any(argument.split("=")[0] in options for argument in arguments)
