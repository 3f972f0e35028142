"""``python -m benchmarks.web_load [SECONDS]``: 50 readers on loopback, errors, speed, memory.

Starts a server of its own on a free port, warms it, lets 50 parallel readers ask for
cached pages, and prints requests, errors, the 50th and 95th percentile of the time an
answer took, and the server's memory at the start and the end.
"""

from __future__ import annotations

import http.client
import platform
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

READERS = 50
QUERY = "home=gb-next&away=us-2024&as_of=2026-08-20"
PATHS = (
    *("/", f"/compare?{QUERY}", f"/compare.json?{QUERY}", f"/finding?{QUERY}&n=2"),
    *("/race/gb-next?as_of=2026-08-20", "/record/gb-next?as_of=2026-08-20", "/upload"),
)


def ask(port: int, path: str) -> int:
    """Return the status of one answer, read to its end."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def memory(pid: int) -> float:
    """Return the resident memory of a process in MB (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def main() -> None:
    """Run the load and print the figures."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with tempfile.TemporaryDirectory() as workspace:
        command = [sys.executable, "-m", "comparenotes.cli.main", "serve", "--port", str(port)]
        server = subprocess.Popen(
            [*command, "--workspace", workspace], stderr=subprocess.PIPE, text=True
        )
        try:
            assert server.stderr is not None
            server.stderr.readline()
            for path in PATHS * 2:
                assert ask(port, path) == 200, path
            before = memory(server.pid)
            took: list[float] = []
            statuses: Counter[str] = Counter()
            lock = threading.Lock()
            end = time.monotonic() + seconds

            def read(i: int) -> None:
                n = i
                while time.monotonic() < end:
                    begun = time.perf_counter()
                    try:
                        status = str(ask(port, PATHS[n % len(PATHS)]))
                    except OSError as e:
                        status = type(e).__name__
                    with lock:
                        statuses[status] += 1
                        took.append(time.perf_counter() - begun)
                    n += 1

            readers = [threading.Thread(target=read, args=(i,)) for i in range(READERS)]
            for r in readers:
                r.start()
            half = None
            time.sleep(seconds / 2)
            half = memory(server.pid)
            for r in readers:
                r.join()
            after = memory(server.pid)
        finally:
            server.terminate()
            server.wait(20)
    took.sort()
    print(f"{platform.machine()}, Python {platform.python_version()}, {READERS} readers")
    print(f"{len(took):,} requests in {seconds:.0f} s: {dict(statuses)}")
    print(
        f"half within {took[len(took) // 2]:.2f} s, 95% within {took[len(took) * 95 // 100]:.2f} s"
    )
    print(f"memory {before:.0f} MB warm, {half:.0f} MB half-way, {after:.0f} MB at the end")


if __name__ == "__main__":
    main()
