"""What pytest-html's hooks put into the report, through a real report of a real run."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import escape, unescape
from typing import TYPE_CHECKING, Any, Literal

import pytest

from grokbatch.record.model.manifest import FileRecord, FileState
from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.formatting import one_line
from grokbatch.review.report import rows as page
from grokbatch.review.report.details import choices
from grokbatch.review.report.summary import results_summary
from grokbatch.review.report.video import ReportedVideo, ReportPage, posters
from tests.unit.page_reader import NASTY, Reader
from tests.unit.recorded import PROMPT, START, attempt, hundred, manifest, result, stopped, video

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.record.model.manifest import Manifest, VideoRecord


def report(
    outcome: Literal["passed", "failed", "skipped"] = "passed", longrepr: str | None = None
) -> pytest.TestReport:
    when: Literal["setup", "call"] = "setup" if outcome == "skipped" else "call"
    return pytest.TestReport("batches/cats.yaml::video-001", ("", None, ""), {}, outcome, longrepr, when)


def row(
    of: VideoRecord | None, root: Path, told: pytest.TestReport | None = None, *, inside: bool = False
) -> dict[str, str]:
    """Return the cells of a row by the names of their columns."""
    cells = ['<td class="col-result">Passed</td>'] + ["<td></td>"] * 3
    known = ReportedVideo(of, RunDirectory(root)) if of else None
    page.table_row(told or report(), cells, known, ReportPage(root / "report.html", inside))
    names = [re.sub(r"<.*?>", "", heading) for heading in page.HEADER]
    assert len(cells) == len(names)
    return dict(zip(names, cells, strict=True))


def seen(cell: str) -> str:
    return unescape(re.sub(r"<!--.*?-->|<.*?>", "", cell))


def sort_key(cell: str) -> str:
    """Return what pytest-html sorts the cell by."""
    found = re.search(r"<td.*?>(.*?)</td>", cell)
    assert found
    return found[1]


def test_a_completed_video_shows_its_figures_and_links_to_its_page(tmp_path: Path) -> None:
    cells = row(
        video(
            1,
            Status.COMPLETED,
            worker="gw3",
            page_url="https://grok.com/imagine/post/1",
            width=736,
            height=400,
            duration=6.04,
            size=2_400_000,
        ),
        tmp_path,
    )

    assert {name: seen(cell) for name, cell in cells.items()} == {
        "Result": "Passed",
        "Picture": "",
        "Video": "video-001",
        "Status": "completed",
        "Duration": "6.0 s",
        "Resolution": "736\N{MULTIPLICATION SIGN}400 480p",
        "Size": "2.4 MB",
        "Attempts": "1",
        "Took": "10.0 s",
        "Browser": "browser 4",
        "Links": "page",
        "Message": "",
    }
    assert 'href="https://grok.com/imagine/post/1"' in cells["Links"]


def test_a_failure_shows_its_category_message_and_screenshot(tmp_path: Path) -> None:
    shot = tmp_path / "debug" / "it's (1).png"
    shot.parent.mkdir()
    shot.write_bytes(b"png")
    failed = video(1, Status.FAILED, Category.TIMEOUT, message="stuck", evidence=[f"debug/{shot.name}"])

    cells = row(failed, tmp_path, report("failed"))

    assert (seen(cells["Status"]), seen(cells["Message"])) == ("TIMEOUT", "stuck; perhaps made")
    assert 'href="debug/it%27s%20%281%29.png"' in cells["Picture"]
    assert "<img" not in cells["Picture"], "pytest-html's viewer would take it over"


def test_a_failure_links_the_folder_of_its_last_evidence(tmp_path: Path) -> None:
    """The link goes to the folder of the last attempt; the row unfolds to links to each of its files."""
    for name in ("one/page.png", "two/page.png", "two/summary.txt"):
        (tmp_path / "debug" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "debug" / name).write_bytes(b"x")
    kept = ["debug/one/page.png", "debug/two/page.png", "debug/two/gone.txt", "debug/two/summary.txt"]
    failed = video(1, Status.FAILED, Category.TIMEOUT, evidence=kept)

    cells, details = row(failed, tmp_path, report("failed")), [""]
    page.row_details(
        report("failed"),
        details,
        ReportedVideo(failed, RunDirectory(tmp_path)),
        ReportPage(tmp_path / "report.html"),
    )

    assert 'href="debug/two/"' in cells["Links"]
    assert seen(cells["Links"]) == "evidence"
    assert 'href="debug/two/page.png"' in cells["Picture"]
    assert re.findall(r'href="debug/([^"]*)"', details[1]) == ["two/page.png", "two/summary.txt"]


def test_a_self_contained_report_holds_the_picture_itself(tmp_path: Path) -> None:
    (tmp_path / "debug").mkdir()
    (tmp_path / "debug" / "a.png").write_bytes(b"png")
    failed = video(1, Status.FAILED, Category.TIMEOUT, evidence=["debug/a.png"])

    assert "url('data:image/png;base64,cG5n')" in row(failed, tmp_path, inside=True)["Picture"]


def test_evidence_that_is_gone_is_not_linked(tmp_path: Path) -> None:
    failed = video(1, Status.FAILED, Category.TIMEOUT, evidence=["debug/gone.png"])

    assert seen(row(failed, tmp_path)["Picture"]) == ""
    assert "href" not in row(failed, tmp_path)["Picture"]


def test_a_report_elsewhere_links_back_into_the_run_directory(tmp_path: Path) -> None:
    assert ReportPage(tmp_path / "out" / "r.html").address_of(tmp_path / "cats" / "a.png") == "../cats/a.png"


def test_moderation_is_its_own_status_and_not_in_the_colour_of_failures(tmp_path: Path) -> None:
    cell = row(video(1, Status.FAILED, Category.CONTENT_MODERATED), tmp_path, report("failed"))["Status"]

    assert seen(cell) == "moderated"
    assert "gb-bad" not in cell


def test_a_crashed_worker_leaves_a_failed_row_with_the_reason(tmp_path: Path) -> None:
    crash = report("failed", "worker 'gw1' crashed while running 'batches/cats.yaml::video-001'")

    cells = row(video(1, Status.IN_PROGRESS, worker="gw1"), tmp_path, crash)

    assert seen(cells["Status"]) == "failed"
    assert seen(cells["Message"]).startswith("worker 'gw1' crashed")


def everything_told(word: str, root: Path) -> str:
    """Return rows, what they unfold to, and the summary, with `word` wherever there is a text."""
    name = re.sub(r"[^\w '&{}]", "", word)
    for path in (f"debug/{name}/{name}.png", f"videos/{name}.mp4"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"x")
    tried = attempt(category=Category.TIMEOUT)
    tried.message = tried.worker = word
    told: dict[str, Any] = {"id": f"id {word}", "worker": word, "page_url": f"https://x/{word}", "attempts": [tried]}
    file = FileRecord(state=FileState.DONE, path=f"videos/{name}.mp4", at=START)
    lost = FileRecord(state=FileState.FAILED, path="videos/x.mp4", at=START, message=word)
    shot = [f"debug/{name}/{name}.png"]
    failed = video(1, Status.FAILED, Category.TIMEOUT, message=word, evidence=shot, axes={word: word}, **told)
    made = video(2, Status.COMPLETED, degraded=word, misses=[word], download=file, hd=lost, name=word, **told)
    made.id = f"other {word}"
    page_of, told_beside = ReportPage(root / "report.html"), report("failed", word)
    told_beside.nodeid = word
    parts: list[str] = []
    for record, of in ((failed, report("failed")), (made, report()), (None, told_beside)):
        known = ReportedVideo(record, RunDirectory(root), word) if record else None
        cells, details = [""], ["what pytest kept" if record else escape(word)]
        page.table_row(of, cells, known, page_of)
        page.row_details(of, details, known, page_of)
        parts += [*cells, *details]
    wrong = {"account": word, "permalink": word, "site": word, "browser": word}
    full = stopped(Category.RATE_LIMIT, failed, made, batch=word, **wrong)
    assert full.stop
    full.stop.message = full.stop.video = word
    results_summary(parts, [result(full, root)], START, page_of)
    assert {type(part) for part in parts} == {str}, "pytest-html and other plugins put plain strings together"
    return "".join(parts)


def test_everything_that_others_wrote_stays_text(tmp_path: Path) -> None:
    """Hostile words leave a report with the elements that it has with a harmless one, and are read as they are."""
    word = one_line(NASTY)
    odd, calm = (Reader(everything_told(each, tmp_path / name)) for each, name in ((word, "odd"), ("calm", "calm")))
    assert odd.shape == calm.shape
    assert odd.whole.count(word) > 20
    assert "what pytest kept" not in odd.whole
    assert PROMPT not in odd.whole


def test_an_address_that_is_no_web_page_is_not_linked(tmp_path: Path) -> None:
    assert "href" not in row(video(1, Status.COMPLETED, page_url="javascript:alert(1)"), tmp_path)["Links"]


def test_numbers_sort_as_numbers(tmp_path: Path) -> None:
    quick, slow = (
        video(
            1,
            Status.COMPLETED,
            worker=worker,
            attempts=[attempt(n, took=took) for n in range(number)],
            duration=float(took),
            width=40 * number,
            height=100,
            size=1_000_000 * number,
        )
        for worker, number, took in (("gw2", 2, 9), ("gw10", 10, 61))
    )

    for column in ("Duration", "Resolution", "Size", "Attempts", "Took", "Browser"):
        assert sort_key(row(quick, tmp_path)[column]) < sort_key(row(slow, tmp_path)[column])


def test_statuses_sort_from_good_to_open(tmp_path: Path) -> None:
    videos = [
        video(1, Status.COMPLETED),
        video(1, Status.FAILED, Category.TIMEOUT),
        video(1, Status.FAILED, Category.CONTENT_MODERATED),
        video(1, Status.RATE_LIMITED, Category.RATE_LIMIT),
    ]
    keys = [sort_key(row(each, tmp_path)["Status"]) for each in videos]

    assert keys == sorted(keys)


def test_a_test_beside_the_videos_keeps_its_name_and_its_output(tmp_path: Path) -> None:
    details = ["captured"]

    page.row_details(report(), details, None, ReportPage(tmp_path / "r.html"))

    assert seen(row(None, tmp_path)["Video"]) == "batches/cats.yaml::video-001"
    assert details == ["<pre>captured</pre>"]


def test_a_video_of_an_earlier_run_unfolds_to_nothing(tmp_path: Path) -> None:
    details, known = ["No log output"], ReportedVideo(video(1, Status.COMPLETED), RunDirectory(tmp_path))

    page.row_details(report("skipped"), details, known, ReportPage(tmp_path / "r.html"))

    assert details == []
    assert "settled by an earlier run" in seen(row(video(1, Status.COMPLETED), tmp_path, report("skipped"))["Message"])


def test_a_video_that_a_stop_kept_from_starting_says_so(tmp_path: Path) -> None:
    """A worker that was about to begin when the run was stopped leaves no riddle behind."""
    told = seen(row(video(1, Status.PENDING), tmp_path, report("skipped"))["Message"])
    assert told == "not started: the run was stopped"


def summary(of: Manifest, root: Path) -> str:
    prefix: list[str] = []
    results_summary(prefix, [result(of, root)], START, ReportPage(root / "report.html"))
    return "".join(prefix)


def test_the_summary_tells_counts_the_never_started_and_the_stop(tmp_path: Path) -> None:
    of = stopped(Category.RATE_LIMIT, *hundred(42), browser="Chromium 140", batch="<cats>")

    html = summary(of, tmp_path)

    assert "<dt>completed</dt><dd>42</dd>" in html
    assert "<dt>never started</dt><dd>video-043 to video-100</dd>" in html
    assert "RATE_LIMIT: said the site" in unescape(html)
    assert "Chromium 140" in html
    assert "pytest --lf" in html
    assert "<cats>" not in html


def test_the_site_s_own_time_stands_beside_the_stop(tmp_path: Path) -> None:
    html = summary(stopped(Category.RATE_LIMIT, *hundred(1), retry_at=datetime(2036, 1, 2, 12, tzinfo=UTC)), tmp_path)

    assert re.search(r"The site says: not before 2036-01-0\d", html)


def test_an_empty_batch_has_a_summary_too(tmp_path: Path) -> None:
    assert "<dt>in all</dt><dd>0</dd>" in summary(manifest(), tmp_path)


HOOKS = """
import json, pathlib
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.report import rows as page
from grokbatch.review.report.video import STYLESHEET, ReportedVideo, ReportPage

ROOT = pathlib.Path(__file__).parent
MANIFEST = ManifestStore(ROOT / "manifest.json").read()
PAGE = ReportPage(ROOT / "report.html")

def find(nodeid):
    record = MANIFEST.videos.get(nodeid.rpartition("::")[2].replace("test_video_", "video-"))
    return ReportedVideo(record, RunDirectory(ROOT)) if record else None

def pytest_configure(config):
    config.option.css.append(str(STYLESHEET))

def pytest_html_report_title(report):
    report.title = page.title(["cats"])

def pytest_html_results_table_header(cells):
    page.table_header(cells)

def pytest_html_results_table_row(report, cells):
    page.table_row(report, cells, find(report.nodeid), PAGE)

def pytest_html_results_table_html(report, data):
    page.row_details(report, data, find(report.nodeid), PAGE)
"""


@pytest.mark.parametrize("options", [[], ["--self-contained-html"]], ids=["beside", "inside"])
def test_pytest_html_takes_the_rows_and_can_filter_and_sort_them(pytester: pytest.Pytester, options: list[str]) -> None:
    videos = [video(1, Status.COMPLETED), video(2, Status.FAILED, Category.TIMEOUT, message=NASTY)]
    ManifestStore(pytester.path / "manifest.json").create(manifest(*videos))
    pytester.makeconftest(HOOKS)
    pytester.makepyfile("def test_video_001(): pass\ndef test_video_002(): assert False\ndef test_x(): pass")

    pytester.runpytest_subprocess("--html=report.html", "-W", "error", *options).assert_outcomes(passed=2, failed=1)

    html = pytester.path.joinpath("report.html").read_text(encoding="utf-8")
    blob = re.search(r'data-jsonblob="(.*?)"', html)
    assert blob
    tests = [each for group in json.loads(unescape(blob[1]))["tests"].values() for each in group]
    assert [each["result"] for each in tests] == ["Passed", "Failed", "Passed"]
    assert [seen(each["status"]) for each in tests] == ["completed", "TIMEOUT", "passed"]
    assert all(len(each["resultsTableRow"]) == len(page.HEADER) for each in tests)
    assert "<title" in html
    assert "grokbatch: cats" in html
    assert (".gb-pill.gb-good" in html) is bool(options)
    assert PROMPT not in html
    assert "<script>alert" not in html


def on_disk(root: Path, **fields: Any) -> VideoRecord:
    """Return a video whose file is on disk, and has other measures than the site told."""
    (root / "videos").mkdir()
    (root / "videos" / "cats-001.mp4").write_bytes(b"video")
    file = FileRecord(
        state=FileState.DONE, path="videos/cats-001.mp4", at=START, size=990, duration=10.2, width=1920, height=1080
    )
    return video(1, Status.COMPLETED, download=file, duration=6.0, width=400, height=736, size=5, **fields)


def test_a_file_on_disk_is_linked_and_its_own_measures_are_shown(tmp_path: Path) -> None:
    cells = row(on_disk(tmp_path, misses=["audio: wanted sound, measured none"]), tmp_path)
    assert 'href="videos/cats-001.mp4"' in cells["Picture"]
    assert 'href="videos/cats-001.mp4"' in cells["Links"]
    measures = [seen(cells[name]) for name in ("Duration", "Resolution", "Size")]
    assert measures == ["10.2 s", "1920\N{MULTIPLICATION SIGN}1080 1080p", "990 B"]
    assert "not as expected: audio" in cells["Message"]


@pytest.mark.parametrize("inside", [False, True])
def test_a_picture_taken_after_the_row_was_written_still_stands_in_it(tmp_path: Path, *, inside: bool) -> None:
    """Pictures are taken out of files while the next video is made; the row exists by then."""
    record = on_disk(tmp_path)
    place = re.search(r"gb-picture-\w+", row(record, tmp_path)["Picture"])
    assert place
    record.poster = "posters/video-001.webp"
    (tmp_path / "posters").mkdir()
    (tmp_path / record.poster).write_bytes(b"webp")
    sheet = posters([ReportedVideo(record, RunDirectory(tmp_path))], ReportPage(tmp_path / "report.html", inside))
    address = "data:image/webp;base64,d2VicA==" if inside else "posters/video-001.webp"
    assert f".{place[0]}{{background-image:url('{address}')" in sheet


def test_the_summary_has_one_time_line_for_all_batches(tmp_path: Path) -> None:
    prefix: list[str] = []
    both = [result(manifest(video(1, Status.COMPLETED), batch=name), tmp_path) for name in ("cats", "dogs")]
    results_summary(prefix, both, START, ReportPage(tmp_path / "report.html"))
    assert "".join(prefix).count("<svg") == 1
    assert "dogs/video-001, attempt 1" in "".join(prefix)


def test_a_row_unfolds_to_the_prompt_and_the_choices_that_made_the_video() -> None:
    made = video(1, Status.COMPLETED, name="pan", axes={"camera": "slow & low"})
    made.number = 2
    assert choices(made) == '<p class="gb-choices">prompt 2 pan, camera: slow &amp; low</p>'
    assert choices(video(1, Status.COMPLETED)) == ""
