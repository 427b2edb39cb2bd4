"""When a process of a browser counts as ended: a new browser must not find its files locked."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from grokbatch.browser.process.tree import end_tree, has_ended
from tests.e2e.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the first thread as the process")

# The first thread ends and another goes on, as in a browser that is killed while one of its threads writes to the disk.
_FIRST_THREAD_ENDS = """
import ctypes, platform, threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
ctypes.CDLL(None).syscall({"x86_64": 60}.get(platform.machine(), 93), 0)
"""


def test_a_process_whose_first_thread_has_ended_goes_on_until_the_last_one_has() -> None:
    with subprocess.Popen([sys.executable, "-c", _FIRST_THREAD_ENDS]) as started:
        process = psutil.Process(started.pid)
        try:
            wait_until(lambda: process.status() == psutil.STATUS_ZOMBIE, "end of the first thread")
            assert not has_ended(process)
            end_tree(process)
            assert has_ended(process)
            assert process.status() == psutil.STATUS_ZOMBIE, "nobody has asked for its exit code yet"
        finally:
            started.kill()
