"""VS Code's window as a writer sees it: what is on it, and what hands do with it."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import psutil
from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect as expect

from support.waiting import until

# Milliseconds, for a slow and busy machine: a wait that succeeds takes none of them.
LIMIT = 30_000  # for anything that does not wait for the model
RUN = 90_000  # … and for what does
expect.set_options(timeout=LIMIT)
EVOLVING = re.compile("loading|generation|calls")  # a run's message, whatever it has come to


_STRUCK = """[...document.querySelectorAll('.view-line span span')]
    .filter(each => getComputedStyle(each).textDecorationLine.includes('line-through'))
    .map(each => each.textContent.replaceAll('\u00a0', ' '))"""
_INSERTED = """[...document.querySelectorAll('.view-line span span')]
    .map(each => getComputedStyle(each, '::before').content)
    .filter(each => each !== 'none' && each !== 'normal' && each !== '')"""


class Workbench:
    """One window on one folder. Every wait has a limit."""

    def __init__(self, page: Page, folder: Path, pid: int, pictures: Path, settings: Path) -> None:
        self.page = page
        self.folder = folder
        self._pid = pid
        self._pictures = pictures
        self._settings = settings
        self._count = 0
        page.set_default_timeout(LIMIT)

    def open(self, name: str) -> None:
        """The file is in the editor, which has the focus."""
        row = self.page.locator(".explorer-folders-view .monaco-list-row").filter(has_text=name)
        row.dblclick(timeout=60_000)
        self.page.locator(".editor-instance .view-lines").first.wait_for()

    def stand_in(self, words: str) -> None:
        """The cursor stands at the beginning of the line that holds these words."""
        self.line(words).click(position={"x": 10, "y": 8})
        self.page.keyboard.press("Home")

    def select_line(self, words: str, *, skip: int = 0) -> None:
        """The line that holds these words is selected, from its character number `skip` on."""
        self.stand_in(words)
        for _ in range(skip):
            self.page.keyboard.press("ArrowRight")
        self.press("Shift+End", "Shift+End")  # the end of the line on screen, then of the line

    def line(self, words: str) -> Locator:
        return self.page.locator(".editor-instance .view-line").filter(has_text=spaced(words)).first

    def palette(self, title: str) -> None:
        """Runs a command by its title in the palette."""
        self.page.keyboard.press("F1")
        box = self.page.locator(".quick-input-widget input.input")
        box.fill(f">{title}")
        self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=title).first.wait_for()
        self.page.keyboard.press("Enter")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def rows(self) -> Locator:
        """The rows of the list that is open."""
        return self.page.locator(".quick-input-widget:visible .quick-input-list .monaco-list-row")

    def title(self) -> Locator:
        """The heading of the list that is open."""
        return self.page.locator(".quick-input-widget:visible .quick-input-title")

    def code_action(self, title: str) -> None:
        """Chooses a code action at the cursor; asks again while the server has not said what there is."""
        row = self.page.locator(".action-widget .monaco-list-row").filter(has_text=title).first
        for _ in range(10):
            self.press("Control+Period")
            try:
                row.wait_for(timeout=3_000)
            except PlaywrightTimeout:
                self.press("Escape")
                continue
            self.picture("code-actions")
            row.click()
            return
        raise AssertionError(f"no code action {title!r}")

    def toast_gone(self, words: str) -> None:
        expect(
            self.page.locator(".notifications-toasts .notification-toast").filter(has_text=words)
        ).to_have_count(0)

    def review(self) -> list[str]:
        """Waits for the list of rewrites; its rows' texts."""
        expect(self.title()).to_contain_text(re.compile("Rewrites|best so far"), timeout=RUN)
        self.rows().first.wait_for()
        return [row.inner_text() for row in self.rows().all()]

    def expect_rewrites(self, count: int) -> None:
        """Waits until the title counts this many; of a long list only the rows that are seen exist."""
        expect(self.title()).to_contain_text(f"of {count} above")

    def rewrites(self) -> int:
        """How many the title counts."""
        count = re.search(r"of (\d+) above", self.title().inner_text())
        assert count
        return int(count[1])

    def toast(self, words: str | re.Pattern[str], *, limit: int = LIMIT) -> Locator:
        """A message with these words."""
        toast = self.page.locator(".notifications-toasts .notification-toast").filter(has_text=words).last
        toast.wait_for(timeout=limit)
        return toast

    def answer(self, toast: Locator, label: str) -> None:
        toast.locator(".monaco-button").filter(has_text=label).click()

    def struck(self) -> list[str]:
        """The words that the preview strikes through."""
        return list(self.page.evaluate(_STRUCK))

    def inserted(self) -> list[str]:
        """The words that the preview adds."""
        return [str(each).strip('"').replace("\u00a0", " ") for each in self.page.evaluate(_INSERTED)]

    def status(self) -> Locator:
        """Our item in the status bar."""
        return self.page.locator(".statusbar").get_by_role("button", name=re.compile("^AW "))

    def status_message(self, words: str) -> Locator:
        """What the status bar says for a few seconds."""
        return self.page.locator(".statusbar-item").filter(has_text=re.compile(words, re.IGNORECASE))

    def ready(self) -> None:
        """The server runs and has nothing to do."""
        expect(self.status()).to_have_attribute("aria-label", re.compile("AW idle"), timeout=RUN)

    def saved(self, name: str) -> str:
        """The file's text on disk after saving it."""
        dirty = self.page.locator(".tab.active.dirty")
        for _ in range(5):  # a list that is just closing still takes the key
            self.press("Control+s")
            try:
                expect(dirty).to_have_count(0, timeout=2_000)
                break
            except AssertionError:
                continue
        expect(dirty).to_have_count(0)
        return (self.folder / name).read_bytes().decode()

    def shown(self) -> str:
        """The editor's text, as far as it is on screen."""
        lines = self.page.locator(".editor-instance .view-line").all_inner_texts()
        return "\n".join(lines).replace("\u00a0", " ")

    def set(self, key: str, value: Any) -> None:
        """Writes a user setting."""
        settings = json.loads(self._settings.read_text())
        self._settings.write_text(json.dumps(settings | {key: value}))

    def setting(self, key: str) -> Any:
        """The setting in the user's file, None while VS Code is writing that."""
        try:
            return json.loads(self._settings.read_text()).get(key)
        except json.JSONDecodeError:
            return None

    def servers(self) -> list[psutil.Process]:
        """The language servers of this window."""
        return [each for each in self._ours() if "--stdio" in each.cmdline()]

    def workers(self) -> list[psutil.Process]:
        """The processes that hold a model."""
        servers = self.servers()
        return [child for each in servers for child in each.children(recursive=True)]

    @contextmanager
    def standstill(self, processes: Sequence[psutil.Process] = ()) -> Iterator[None]:
        """These do nothing meanwhile; if none is named, no model works, so that no run ends."""
        still = processes or self.workers()
        assert still
        for each in still:
            each.suspend()
        try:
            yield
        finally:
            for each in still:
                with suppress(psutil.NoSuchProcess):
                    each.resume()

    @contextmanager
    def standstill_from_the_first(self) -> Iterator[None]:
        """The first model to be loaded does nothing meanwhile: a run of a second cannot end unseen."""
        until(lambda: self.workers() != [], "a model's process", limit=RUN / 1000)
        with self.standstill():
            yield

    def _ours(self) -> list[psutil.Process]:
        found = []
        for each in psutil.Process(self._pid).children(recursive=True):
            try:
                if any("aw-server" in word or "aw_server" in word for word in each.cmdline()):
                    found.append(each)
            except (psutil.NoSuchProcess, psutil.ZombieProcess):
                continue
        return found

    def picture(self, name: str) -> Path:
        """Keeps what the window looks like."""
        self._count += 1
        self._pictures.mkdir(parents=True, exist_ok=True)
        file = self._pictures / f"{self._count:02}-{name}.png"
        self.page.screenshot(path=file)
        return file


def spaced(words: str) -> re.Pattern[str]:
    """The editor draws spaces as no-break spaces."""
    return re.compile(r"[\s\u00a0·]+".join(re.escape(each) for each in words.split()))


class Start(Protocol):
    """Opens a window on a folder with these files; of our settings, those that are None are not set.

    `looks` are settings of VS Code itself.
    """

    def __call__(
        self,
        files: dict[str, str | bytes],
        *,
        settings: dict[str, Any] | None = None,
        looks: dict[str, Any] | None = None,
        trusted: bool = True,
        environment: dict[str, str] | None = None,
    ) -> Workbench: ...
