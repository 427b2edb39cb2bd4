"""What is kept of a failure, and what is not in it."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import Error

from grokbatch.batch.model.video import VideoSpec
from grokbatch.record.model.outcome import Category, Outcome
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.site.evidence.collector import Evidence, EvidenceSource
from grokbatch.site.evidence.redactor import Redactor
from tests.browser.imagine_rig import PROMPT, Rig
from tests.browser.odd_site import OddSite, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

SESSION = "a-session-that-nobody-may-have"
SECRETS = ("s3cret", "my diary", SESSION, "snow-covered", "fox", "Müller", "jumps")

# What a talkative page might do while it makes a video.
_TALK = """async ([prompt, session]) => {
  await Promise.all(Array.from({ length: 210 }, (_, number) => fetch(`/rest/poll/${number}?sig=s3cret`)));
  console.log("cut", { message: prompt + " ".repeat(80) + prompt });
  console.log("asked https://x.test/a?sig=s3cret#s3cret for", session);
  setTimeout(() => { throw new Error("no " + prompt); });
  document.title = prompt.slice(0, 30) + "…";
  document.body.insertAdjacentHTML("beforeend", `
    <p>by ${session}</p><p>${prompt.slice(6)}</p>
    <a href="/x?token=s3cret">more</a><img alt="${prompt.slice(8, 40)}" src="y.png?sig=s3cret">
    <button style="background: url(https://x.test/b.png?sig=s3cret)" onclick="s3cret()">Odd</button>
    <div contenteditable="true">my diary</div><input aria-label="Note" value="my diary">
    <meta name="csrf-token" content="s3cret"><script>const s3cret = 1;</script>`);
}"""


@pytest.fixture
def on_odd(demo_browser: Browser, tmp_path: Path) -> Iterator[Callable[..., tuple[Rig, OddSite]]]:
    opened: list[tuple[Rig, OddSite]] = []

    def begin(**site: Any) -> tuple[Rig, OddSite]:
        there = OddSite(**site)
        there.__enter__()
        cookie = {"name": "sso", "value": SESSION, "url": there.address}
        opened.append((Rig(demo_browser, tmp_path, f"{there.address}?sig=s3cret#s3cret", [cookie]), there))
        return opened[-1]

    yield begin
    for rig, there in opened:
        rig.maker.close()
        there.__exit__(None, None, None)


def texts(rig: Rig, outcome: Outcome) -> dict[str, str]:
    """Return what the evidence of `outcome` holds, by the names of the files."""
    return {(rig.folder / name).name: (rig.folder / name).read_text("utf-8", "replace") for name in outcome.evidence}


def test_a_talkative_page_tells_everything_but_what_is_private(on_odd: Callable[..., tuple[Rig, OddSite]]) -> None:
    """Prompt, also in part, cookies, signed addresses and what stands in boxes are nowhere; the rest is there."""
    rig, _ = on_odd(reply=Reply(error={"code": 13, "message": f"no: {PROMPT}"}, steps=(1, 33), pause=0.4))
    rig.listener.on_progress = lambda: _say(rig)
    outcome = rig.make()
    assert outcome.category is Category.GENERATION_ERROR
    told = texts(rig, outcome)
    assert set(told) == {"page.png", "tree.yaml", "page.html", "console.txt", "requests.txt", "summary.txt"}
    for name in outcome.evidence:
        assert stat.S_IMODE((rig.folder / name).stat().st_mode) == 0o600
    leaks = {(name, word) for name, text in told.items() for word in SECRETS if word in text}
    assert not leaks
    assert "asked https://x.test/a?… for [cookie]" in told["console.txt"]
    assert "thrown" in told["console.txt"]
    assert 'button "Odd"' in told["tree.yaml"]
    assert 'textbox "Note"' in told["tree.yaml"]
    assert '<button style="background' in told["page.html"]
    assert "<script" not in told["page.html"]
    requests = told["requests.txt"].splitlines()
    assert len(requests) == 200
    poll = re.compile(r" \d+ ms  GET    404  fetch      http://127.0.0.1:\d+/rest/poll/\d+( |$)")
    assert sum(bool(poll.search(line)) for line in requests) > 190
    assert "GENERATION_ERROR" in told["summary.txt"]
    assert "missing" not in told["summary.txt"]


def _say(rig: Rig) -> None:
    rig.listener.on_progress = lambda: None
    rig.page.evaluate(_TALK, [PROMPT, SESSION])


# What shows a prompt in part: cut off, word by word, beside other videos, for want of a picture; and, as pages do that
# make something, drawn anew all the time.
_PARTS = """([cut, words, earlier]) => setInterval(() => {
  const chips = words.map((word) => `<li>${word}</li>`).join("");
  const parts = `<p>${cut}…</p><ul>${chips}</ul><p>${earlier}</p><img alt="${cut}">`;
  document.body.innerHTML = `<p>Kept by all</p>${parts}`;
}, 20)"""


def test_pictures_tell_no_part_of_a_prompt(demo_browser: Browser, tmp_path: Path) -> None:
    """Prompts whose words are equally long leave the same picture, so that nothing can be read in it."""
    pictures = []
    for prompt, earlier in [
        ("The zebra walks along quietly", "Six old ladder"),
        ("Red camel sings about nothing", "Two new months"),
    ]:
        page = demo_browser.new_page()
        page.set_content("<body style='font: 16px monospace'>")
        page.evaluate(_PARTS, [prompt[:22], prompt.upper().split(), earlier])
        page.wait_for_selector("li")
        evidence = Evidence(RunDirectory(tmp_path / prompt[:3]))
        outcome = Outcome.failure(Category.TIMEOUT, "late")
        video = VideoSpec("video-001", "https://grok.com/imagine/post/p1", prompt)
        saved = evidence.save(EvidenceSource(page), video, outcome, Redactor(prompt, (earlier,)))
        files = {name.rpartition("/")[2]: tmp_path / prompt[:3] / name for name in saved}
        pictures.append(files["page.png"].read_bytes())
        for name in ("tree.yaml", "page.html"):
            text = files[name].read_text("utf-8")
            assert "Kept by all" in text
            assert not [word for word in (prompt + " " + earlier).split() if word.lower() in text.lower()]
        assert page.get_by_text(earlier).is_visible()
        page.close()
    assert pictures[0] == pictures[1]


def test_what_is_covered_in_a_picture_is_grey(demo_browser: Browser, tmp_path: Path) -> None:
    """A cover in a glaring colour would look like a fault of the page."""
    page = demo_browser.new_page(viewport={"width": 200, "height": 100})
    page.set_content("<style>* { margin: 0 }</style><textarea style='width: 200px; height: 100px'>my diary</textarea>")
    outcome = Outcome.failure(Category.TIMEOUT, "late")
    video = VideoSpec("video-001", "https://grok.com/imagine/post/p1", PROMPT)
    saved = Evidence(RunDirectory(tmp_path)).save(EvidenceSource(page), video, outcome, Redactor(PROMPT))
    (picture,) = (tmp_path / name for name in saved if name.endswith("page.png"))
    with Image.open(picture) as image:
        red, green, blue = image.convert("RGB").getpixel((100, 50))  # type: ignore[misc]
    assert max(red, green, blue) - min(red, green, blue) < 40
    page.close()


def test_a_dead_page_leaves_what_was_noted_before(on_odd: Callable[..., tuple[Rig, OddSite]]) -> None:
    """Requests and a summary are there after the renderer died, and the summary names what could not be had."""
    rig, _ = on_odd()
    rig.listener.on_progress = lambda: _die(rig)
    outcome = rig.make()
    assert outcome.category is Category.BROWSER_CRASHED
    told = texts(rig, outcome)
    assert set(told) == {"console.txt", "requests.txt", "summary.txt"}
    assert "/rest/app-chat/conversations/new" in told["requests.txt"]
    assert all(f"missing   {name}" in told["summary.txt"] for name in ("page.png", "tree.yaml", "page.html"))


def _die(rig: Rig) -> None:
    try:
        rig.page.goto("chrome://crash", timeout=1000)
    except Error:
        return


def test_evidence_of_all_videos_or_of_none(on_odd: Callable[..., tuple[Rig, OddSite]]) -> None:
    """`always` keeps a completed video's page and leaves it fit for the next video; `never` keeps nothing."""
    rig, site = on_odd(editable=True)
    rig.maker.serve(Evidence(RunDirectory(rig.folder), keep="always"))
    made = [rig.make(), rig.make()]
    assert [outcome.category for outcome in made] == [None, None]
    assert "completed as odd-2" in texts(rig, made[1])["summary.txt"]
    assert len(site.submits) == 2
    rig.maker.serve(Evidence(RunDirectory(rig.folder), keep="never"))
    site.reply = Reply(500, body="{}")
    failed = rig.make()
    assert failed.category is Category.GENERATION_ERROR
    assert failed.evidence == ()
    assert len(list((rig.folder / "debug").iterdir())) == 2
