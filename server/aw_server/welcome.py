"""Whether the writer has been told what the built-in model is: once, in an editor or on the command line."""

from platformdirs import user_state_path


def first_time() -> bool:
    """True for the first call by this user, ever; false where that cannot be kept."""
    note = user_state_path("aw", appauthor=False) / "welcomed"
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.touch(exist_ok=False)
    except OSError:
        return False
    return True
