"""`aw/report`: a run as a page that an editor can show."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Editor

URI = "file:///draft.md"
SMALL: dict[str, Any] = {"textDocument": {"uri": URI}, "n": 2, "generations": 1}


def test_the_report_of_a_run_is_one_page_without_script(ready: "Editor") -> None:
    ready.open("We recieved the same questions again and again, and and the answers was different.\n", URI)
    job = ready.ask("aw/evolve", SMALL)["result"]["jobId"]
    html = ready.ask("aw/report", {"jobId": job})["result"]["html"]
    assert html.startswith("<!DOCTYPE html>")
    assert job in html
    assert "<script" not in html
    assert "default-src 'none'" in html


def test_without_a_history_there_is_no_report_and_the_error_says_why(editor: "Editor") -> None:
    editor.initialize(initializationOptions={"aw": {"settings": {"history": False}}})
    editor.open("We recieved the same questions again and again, and and the answers was different.\n", URI)
    job = editor.ask("aw/evolve", SMALL)["result"]["jobId"]
    error = editor.ask("aw/report", {"jobId": job})["error"]
    assert error["data"] == {"kind": "noHistory"}
    assert "aw.history" in error["message"]
