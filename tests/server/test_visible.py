from aw_server.visible import visible


def test_no_text_can_drive_the_terminal() -> None:
    assert visible("a\x1b[2Jb\x9bc\r\n\t") == "a␛[2Jb␡c\r\n\t"
