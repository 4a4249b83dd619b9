"""`aw/report`: a run as a page that an editor can show."""

from typing import Any

from support.remote_editor import RemoteEditor

DRAFT = "file:///draft.md"
ASKED: dict[str, Any] = {"textDocument": {"uri": DRAFT}, "n": 2, "generations": 1}
TEXT = "We recieved the same questions again and again, and and the answers was different.\n"


async def test_the_report_of_a_run_is_one_page_without_script(ready: RemoteEditor) -> None:
    ready.open(TEXT, DRAFT)
    job = (await ready.ask("aw/evolve", ASKED))["jobId"]
    html = (await ready.ask("aw/report", {"jobId": job}))["html"]
    assert html.startswith("<!DOCTYPE html>")
    assert job in html
    assert "<script" not in html
    assert "default-src 'none'" in html


async def test_without_a_history_there_is_no_report_and_the_error_says_why(editor: RemoteEditor) -> None:
    await editor.initialize(initializationOptions={"aw": {"settings": {"history": False}}})
    editor.open(TEXT, DRAFT)
    job = (await editor.ask("aw/evolve", ASKED))["jobId"]
    error = await editor.fails("aw/report", {"jobId": job})
    assert error["data"] == {"kind": "noHistory"}
    assert "aw.history" in error["message"]
