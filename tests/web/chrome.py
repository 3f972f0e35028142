"""A headless Chromium driven over its debugging protocol: pages as a reader has them."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import websocket

CHROMIUM = next(
    (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None
)


class Navigated(Exception):  # noqa: N818 - no fault of the page
    """The page went away while it was asked something."""


class Chrome:
    """One browser with one tab."""

    def __init__(self, profile: Path) -> None:
        assert CHROMIUM is not None
        self.process = subprocess.Popen(
            [
                CHROMIUM,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                f"--user-data-dir={profile}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.problems: list[str] = []
        self._number = 0
        port = self._port()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=20) as r:
            tabs = json.load(r)
        tab = next(t for t in tabs if t["type"] == "page")
        self.socket = websocket.create_connection(tab["webSocketDebuggerUrl"], timeout=90)
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.do(f"{domain}.enable")

    def _port(self) -> str:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if "DevTools listening on" in line:
                # What it says later must not fill the pipe.
                rest = self.process.stderr
                threading.Thread(target=list, args=(rest,), daemon=True).start()
                return line.split("127.0.0.1:")[1].split("/")[0]
        raise AssertionError("Chromium did not start")

    def do(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        self.socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            self._note(message)
            if message.get("id") == self._number:
                if "navigated" in message.get("error", {}).get("message", ""):
                    raise Navigated
                assert "error" not in message, message
                return message["result"]

    def _note(self, message: dict[str, Any]) -> None:
        """Keep what the page complains of: exceptions, refused scripts and styles."""
        if message.get("method") == "Runtime.exceptionThrown":
            self.problems.append(str(message["params"]["exceptionDetails"].get("text")))
        if message.get("method") == "Log.entryAdded":
            entry = message["params"]["entry"]
            if entry["level"] == "error" and "status of 4" not in entry["text"]:
                self.problems.append(entry["text"])

    def js(self, expression: str, *, wait: bool = False) -> Any:
        result = self.do(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=wait
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, expression: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(Navigated):  # asked while one page gave way to the next
                if self.js(f"Boolean({expression})"):
                    return
            time.sleep(0.03)
        raise AssertionError(f"never true: {expression}; at {self.js('location.href')}")

    def go(self, url: str) -> None:
        self.js("window.stale = true")
        self.do("Page.navigate", url=url)
        self.until("!window.stale && document.readyState === 'complete'")

    def click(self, selector: str) -> None:
        """Follow a link or press a button and wait for the next page."""
        self.js("window.stale = true")
        self.js(f"document.querySelector({json.dumps(selector)}).click()")
        self.until("!window.stale && document.readyState === 'complete'")

    def follow(self, text: str) -> None:
        """Follow the link with this text, as a reader without scripts would."""
        href = self.js(
            f"[...document.links].find(a => a.textContent.trim() === {json.dumps(text)})?.href"
        )
        assert href, f"no link {text!r} on {self.js('location.href')}"
        self.go(href)

    def text(self) -> str:
        return str(self.js("document.body.innerText"))

    def close(self) -> None:
        try:
            self.socket.send(json.dumps({"id": 0, "method": "Browser.close"}))
            self.socket.close()
        finally:
            self.process.terminate()
            self.process.wait(20)
            if self.process.stderr is not None:
                self.process.stderr.close()
