"""`python -m tests.bench.hosts`: what workers on hosts cost, over a real SSH server on this computer.

A stub makes each video at once, so that nothing is measured but claiming, recording and reporting. Local workers and
those over SSH take turns.
"""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from pathlib import Path

from tests.e2e.sshd import Sshd
from tests.e2e.user import User

VIDEOS, ROUNDS = 60, 3
WORKERS = (1, 4)


def _user(root: Path) -> User:
    user = User(root / "work", root / "home", root / "tmp")
    for folder in (user.path, user.home, user.scratch):
        folder.mkdir()
    user.write_batch(site="demo", count=VIDEOS)
    user.use_stub()
    return user


def _there(sshd: Sshd, user: User) -> list[str]:
    host = sshd.host("studio", GROKBATCH_HOME=str(sshd.root / "studio" / "home" / "grokbatch"))
    folder = host.home / "grok"
    folder.mkdir()
    for name in ("conftest.py", "pytest.ini"):
        (folder / name).write_bytes((user.path / name).read_bytes())
    return [f"ssh={host.ssh}//python={host.python}//chdir=grok//id=studio-{at}" for at in range(1, 5)]


def _run(user: User, *words: str) -> float:
    """Return the seconds per video from the first claim to the last result."""
    call = user.start("cats.yaml", "--fresh", *words)
    code = call.wait(600)
    if code:
        raise SystemExit(call.said())
    log = (user.run_directory("cats.demo") / "run.log").read_text().splitlines()
    times = [_seconds(line) for line in log if re.search(r"video-\d+: (started|completed)", line)]
    return (times[-1] - times[0]) / VIDEOS


def _seconds(line: str) -> float:
    moment, _, rest = line.partition(".")
    return time.mktime(time.strptime(moment, "%Y-%m-%dT%H:%M:%S")) + int(rest[:3]) / 1000


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="gb-") as folder, Sshd.start() as sshd:
        user = _user(Path(folder))
        specs = _there(sshd, user)
        print("| workers | here, ms per video | over SSH, ms per video | ratio |\n|---|---|---|---|")
        for number in WORKERS:
            here, there = [], []
            for _ in range(ROUNDS):
                here.append(_run(user, "-n", str(number)))
                there.append(_run(user, *(word for spec in specs[:number] for word in ("--tx", spec))))
            own, far = statistics.median(here) * 1000, statistics.median(there) * 1000
            print(f"| {number} | {own:.0f} | {far:.0f} | {far / own:.1f} |")


if __name__ == "__main__":
    main()
