"""The report: its rows, its cards, and the whole page, drawn from manifests."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.record.model.manifest import AccountPart, FileRecord, FileState, Keepers
from grokbatch.record.model.outcome import Category, RunStatus, Status
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.earlier_versions import earlier_versions
from grokbatch.review.formatting import one_line
from grokbatch.review.report.details import choices
from grokbatch.review.report.page import report_inside, report_text
from grokbatch.review.report.rows import COLUMNS, Row, done_by_run, video_row
from grokbatch.review.report.video import ReportedVideo, ReportPage
from tests.unit.page_reader import NASTY, Reader
from tests.unit.recorded import PROMPT, START, attempt, hundred, manifest, result, stopped, video

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.record.model.manifest import Manifest, VideoRecord


def row(of: VideoRecord, root: Path, *, inside: bool = False) -> Row:
    return video_row(ReportedVideo(of, RunDirectory(root), last_run=2), ReportPage(root / "report.html", inside))


def markup(of: VideoRecord, root: Path, *, inside: bool = False) -> dict[str, str]:
    """Return what the cells of a row hold, by the headings of their columns."""
    return {column.heading: str(cell.content) for column, cell in row(of, root, inside=inside).cells}


def seen(text: str) -> str:
    return unescape(re.sub(r"<.*?>", "", text))


def cells(of: VideoRecord, root: Path) -> dict[str, str]:
    """Return what people see in the cells of a row."""
    return {heading: seen(text) for heading, text in markup(of, root).items()}


def sort_key(of: VideoRecord, root: Path, heading: str) -> Any:
    return next(cell.key for column, cell in row(of, root).cells if column.heading == heading)


# rows


def test_a_completed_video_shows_its_figures_and_links_to_its_page(tmp_path: Path) -> None:
    made = video(
        1,
        Status.COMPLETED,
        worker="gw3",
        page_url="https://grok.com/imagine/post/1",
        width=736,
        height=400,
        duration=6.04,
        size=2_400_000,
    )
    assert cells(made, tmp_path) == {
        "Picture": "",
        "Video": "video-001",
        "Status": "completed",
        "Last run": "made",
        "Duration": "6.0 s",
        "Resolution": "736\N{MULTIPLICATION SIGN}400 480p",
        "Size": "2.4 MB",
        "Attempts": "1",
        "Took": "10.0 s",
        "Browser": "browser 4",
        "Account": "",
        "Links": "page details",
        "Message": "",
    }
    assert 'href="https://grok.com/imagine/post/1"' in markup(made, tmp_path)["Links"]


def test_a_failure_shows_its_category_message_and_screenshot(tmp_path: Path) -> None:
    shot = tmp_path / "debug" / "it's (1).png"
    shot.parent.mkdir()
    shot.write_bytes(b"png")
    failed = video(1, Status.FAILED, Category.TIMEOUT, message="stuck", evidence=[f"debug/{shot.name}"])
    told = cells(failed, tmp_path)
    assert (told["Status"], told["Message"], told["Last run"]) == ("TIMEOUT", "stuck; perhaps made", "tried")
    assert 'href="debug/it%27s%20%281%29.png"' in markup(failed, tmp_path)["Picture"]


def test_a_failure_links_the_folder_of_its_last_evidence(tmp_path: Path) -> None:
    """The link goes to the folder of the last attempt; the row unfolds to links to each of its files."""
    for name in ("one/page.png", "two/page.png", "two/summary.txt"):
        (tmp_path / "debug" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "debug" / name).write_bytes(b"x")
    kept = ["debug/one/page.png", "debug/two/page.png", "debug/two/gone.txt", "debug/two/summary.txt"]
    failed = video(1, Status.FAILED, Category.TIMEOUT, evidence=kept)
    told = markup(failed, tmp_path)
    assert 'href="debug/two/"' in told["Links"]
    assert seen(told["Links"]) == "evidence details"
    assert 'href="debug/two/page.png"' in told["Picture"]
    unfolded = re.findall(r'href="debug/([^"]*)"', row(failed, tmp_path).details)
    assert unfolded == ["two/page.png", "two/summary.txt"]


def test_a_self_contained_report_holds_the_picture_itself(tmp_path: Path) -> None:
    (tmp_path / "debug").mkdir()
    (tmp_path / "debug" / "a.png").write_bytes(b"png")
    failed = video(1, Status.FAILED, Category.TIMEOUT, evidence=["debug/a.png"])
    assert 'src="data:image/png;base64,cG5n"' in markup(failed, tmp_path, inside=True)["Picture"]


def test_evidence_that_is_gone_is_not_linked(tmp_path: Path) -> None:
    failed = video(1, Status.FAILED, Category.TIMEOUT, evidence=["debug/gone.png"])
    assert markup(failed, tmp_path)["Picture"] == ""


def test_a_report_elsewhere_links_back_into_the_run_directory(tmp_path: Path) -> None:
    assert ReportPage(tmp_path / "out" / "r.html").address_of(tmp_path / "cats" / "a.png") == "../cats/a.png"


def test_moderation_is_its_own_status_and_not_in_the_colour_of_failures(tmp_path: Path) -> None:
    cell = markup(video(1, Status.FAILED, Category.CONTENT_MODERATED), tmp_path)["Status"]
    assert seen(cell) == "moderated"
    assert "gb-bad" not in cell


def test_an_address_that_is_no_web_page_is_not_linked(tmp_path: Path) -> None:
    assert "href" not in markup(video(1, Status.COMPLETED, page_url="javascript:alert(1)"), tmp_path)["Links"]


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
        assert sort_key(quick, tmp_path, column) < sort_key(slow, tmp_path, column)


def test_statuses_sort_from_good_to_open(tmp_path: Path) -> None:
    videos = [
        video(1, Status.COMPLETED),
        video(1, Status.FAILED, Category.TIMEOUT),
        video(1, Status.FAILED, Category.CONTENT_MODERATED),
        video(1, Status.RATE_LIMITED, Category.RATE_LIMIT),
    ]
    keys = [sort_key(each, tmp_path, "Status") for each in videos]
    assert keys == sorted(keys)


def on_disk(root: Path, **fields: Any) -> VideoRecord:
    """Return a video whose file is on disk, and has other measures than the site told."""
    (root / "videos").mkdir()
    (root / "posters").mkdir()
    (root / "videos" / "cats-001.mp4").write_bytes(b"video")
    (root / "posters" / "1.webp").write_bytes(b"webp")
    file = FileRecord(
        state=FileState.DONE, path="videos/cats-001.mp4", at=START, size=990, duration=10.2, width=1920, height=1080
    )
    told: dict[str, Any] = {"download": file, "poster": "posters/1.webp", "duration": 6.0, "width": 400, "height": 736}
    return video(1, Status.COMPLETED, **told | fields)


@pytest.mark.parametrize("inside", [False, True])
def test_a_file_on_disk_is_linked_by_its_poster_and_its_own_measures_are_shown(tmp_path: Path, *, inside: bool) -> None:
    made = on_disk(tmp_path, misses=["audio: wanted sound, measured none"])
    told = markup(made, tmp_path, inside=inside)
    assert 'href="videos/cats-001.mp4"' in told["Picture"]
    assert f'src="{"data:image/webp;base64,d2VicA==" if inside else "posters/1.webp"}"' in told["Picture"]
    assert 'href="videos/cats-001.mp4"' in told["Links"]
    measures = [seen(told[name]) for name in ("Duration", "Resolution", "Size")]
    assert measures == ["10.2 s", "1920\N{MULTIPLICATION SIGN}1080 1080p", "990 B"]
    assert "not as expected: audio" in told["Message"]


def test_a_row_unfolds_to_the_prompt_s_number_and_the_choices_that_made_the_video() -> None:
    made = video(1, Status.COMPLETED, name="pan", axes={"camera": "slow & low"})
    made.number = 2
    assert choices(made) == '<p class="gb-choices">prompt 2 pan, camera: slow &amp; low</p>'
    assert choices(video(1, Status.COMPLETED)) == ""


def test_what_the_last_run_did_is_told_by_its_number(tmp_path: Path) -> None:
    file = FileRecord(state=FileState.DONE, path="videos/x.mp4", at=START, run=2)
    earlier = video(1, Status.COMPLETED, at=-60)
    assert done_by_run(video(1, Status.COMPLETED), 2) == "made"
    assert done_by_run(video(1, Status.FAILED, Category.TIMEOUT), 2) == "tried"
    assert done_by_run(earlier, 2) == ""
    earlier.hd = file
    assert done_by_run(earlier, 2) == "file"
    assert done_by_run(video(1, Status.PENDING), 2) == ""
    assert done_by_run(earlier, 0) == "", "old manifests do not count runs"


# the page


def page(of: Manifest, root: Path, *, show_prompts: bool = False, for_others: bool = False) -> str:
    shown = replace(result(of, root), show_prompts=show_prompts)
    return report_text(shown, START, ReportPage(root / "report.html"), for_others=for_others)


def both(of: Manifest, root: Path) -> list[str]:
    """Return the report in its two forms."""
    return [page(of, root), report_inside([result(of, root)], START, ReportPage(root / "report.html"))]


def test_every_video_of_the_batch_is_in_it_whatever_the_last_run_touched(tmp_path: Path) -> None:
    videos = [video(1, Status.COMPLETED, at=-60), video(2, Status.COMPLETED), video(3, Status.PENDING)]
    for text in both(manifest(*videos), tmp_path):
        found = re.findall(r'<tbody id="(.*?)" data-state="(.*?)" data-did="(.*?)">', text)
        made = [("video-001", "completed", ""), ("video-002", "completed", "made"), ("video-003", "pending", "")]
        assert found == made
        assert "only what the last run did (1)" in text


def test_what_a_batch_with_its_keepers_did_not_make_is_told_as_not_needed(tmp_path: Path) -> None:
    met = manifest(video(1, Status.COMPLETED), video(2, Status.PENDING), keepers=Keepers(wanted=1))
    assert page(met, tmp_path).count("not needed: the batch has its keepers") == 1
    assert "not needed: the batch" not in page(manifest(video(1, Status.PENDING)), tmp_path)


def test_earlier_versions_stay_in_it_folded(tmp_path: Path) -> None:
    made = on_disk(tmp_path, id="video-007")
    never = video(8, Status.PENDING)
    now = video(1, Status.COMPLETED, history=[video(1, Status.FAILED, Category.TIMEOUT)])
    of = manifest(now, retired=[made, never])
    assert [each.id for each in earlier_versions(of)] == ["video-007", "video-001"]
    for text in both(of, tmp_path):
        folded = re.search(r'<details class="gb-earlier">(.*)</table>', text, re.DOTALL)
        assert folded
        assert 'href="videos/cats-001.mp4"' in folded[1]
        assert "video-008" not in text


def test_a_batch_that_was_never_edited_has_no_earlier_versions(tmp_path: Path) -> None:
    assert "gb-earlier" not in re.sub(r"<style>.*?</style>", "", page(manifest(*hundred(2)), tmp_path), flags=re.DOTALL)


def test_several_batches_are_told_apart_and_share_a_time_line(tmp_path: Path) -> None:
    results = [result(manifest(video(1, Status.COMPLETED), batch=name), tmp_path) for name in ("cats", "dogs")]
    text = report_inside(results, START, ReportPage(tmp_path / "report.html"))
    assert re.findall(r'<tbody id="(.*?)"', text) == ["cats/video-001", "dogs/video-001"]
    assert text.count('<figure class="gb-time">') == 1
    assert "dogs/video-001, attempt 1" in text


def test_the_accounts_are_told_apart_where_there_are_several(tmp_path: Path) -> None:
    videos = [video(number, Status.COMPLETED, account=name) for number, name in ((1, "main"), (2, "second"))]
    shared = manifest(*videos, account_parts={"main": AccountPart(), "second": AccountPart()})
    text = seen(page(shared, tmp_path))
    assert "main: 1 of 1" in text
    assert '<td class="gb-account" data-label="Account">second</td>' in page(shared, tmp_path)
    assert "gb-account" not in page(manifest(video(1, Status.COMPLETED), account="main"), tmp_path)


def test_prompts_are_in_it_only_where_the_user_wants_them(tmp_path: Path) -> None:
    of = manifest(video(1, Status.COMPLETED), retired=[video(2, Status.COMPLETED, prompt="an edited prompt")])
    for without in (*both(of, tmp_path), page(of, tmp_path, for_others=True)):
        assert PROMPT not in without
        assert "an edited prompt" not in without
    assert "show_prompts: true" in page(of, tmp_path)
    assert "show_prompts" not in page(of, tmp_path, for_others=True)
    shown = page(of, tmp_path, show_prompts=True)
    assert f'<p class="gb-prompt">{PROMPT}</p>' in shown
    assert f'title="{PROMPT}"' in shown
    assert "an edited prompt" in shown
    assert "show_prompts" not in shown


def test_the_report_leads_to_the_wall_if_there_is_one(tmp_path: Path) -> None:
    assert "wall.html" not in page(manifest(), tmp_path)
    (tmp_path / "wall.html").touch()
    assert 'href="wall.html"' in page(manifest(), tmp_path)


def everything_told(word: str, root: Path) -> str:
    """Return the report in both forms, with `word` wherever there is a text."""
    name = re.sub(r"[^\w '&{}]", "", word)
    for path in (f"debug/{name}/{name}.png", f"videos/{name}.mp4", f"posters/{name}.webp"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"x")
    tried = attempt(category=Category.TIMEOUT)
    tried.message = tried.worker = word
    told: dict[str, Any] = {
        "id": f"id {word}",
        "worker": word,
        "page_url": f"https://x/{word}",
        "attempts": [tried],
        "prompt": word,
        "axes": {word: word},
        "name": word,
    }
    file = FileRecord(state=FileState.DONE, path=f"videos/{name}.mp4", at=START)
    lost = FileRecord(state=FileState.FAILED, path="videos/x.mp4", at=START, message=word)
    shot, poster = [f"debug/{name}/{name}.png"], f"posters/{name}.webp"
    failed = video(1, Status.FAILED, Category.TIMEOUT, message=word, evidence=shot, **told)
    made = video(2, Status.COMPLETED, degraded=word, misses=[word], download=file, hd=lost, poster=poster, **told)
    made.id = f"other {word}"
    wrong = {"account": word, "permalink": word, "site": word, "browser": word, "retired": [failed, made]}
    full = stopped(Category.RATE_LIMIT, failed, made, batch=word, **wrong)
    assert full.stop
    full.stop.message = full.stop.video = word
    results = [replace(result(full, root), name=word, show_prompts=True)] * 2
    place = ReportPage(root / "report.html")
    return report_text(results[0], START, place) + report_inside(results, START, place)


def test_everything_that_others_wrote_stays_text(tmp_path: Path) -> None:
    """Hostile words leave a report with the elements that it has with harmless ones, and are read as they are."""
    word = one_line(NASTY)
    odd, calm = (Reader(everything_told(each, tmp_path / name)) for each, name in ((word, "odd"), ("calm", "calm")))
    assert odd.shape == calm.shape
    assert odd.whole.count(word) > 40


def test_only_its_own_script_may_run_in_a_page_of_ours(tmp_path: Path) -> None:
    """Nothing in it needs a style or a script in an attribute, which the policy would have to allow for all."""
    reader = Reader(page(manifest(*hundred(3)), tmp_path))
    (policy,) = [told["content"] for tag, told in reader.elements if told.get("http-equiv")]
    assert policy
    assert "unsafe" not in policy
    assert not [told for _, told in reader.elements if "style" in told or any(name.startswith("on") for name in told)]


# the cards


def test_the_card_tells_counts_the_never_started_and_the_stop(tmp_path: Path) -> None:
    html = page(stopped(Category.RATE_LIMIT, *hundred(42), browser="Chromium 140", batch="<cats>"), tmp_path)
    assert "<dt>completed</dt><dd>42</dd>" in html
    assert "<dt>never started</dt><dd>video-043 to video-100</dd>" in html
    assert "RATE_LIMIT: said the site" in unescape(html)
    assert "Chromium 140" in html
    assert "pytest --lf" in html
    assert "<cats>" not in html


def test_the_site_s_own_time_stands_beside_the_stop(tmp_path: Path) -> None:
    html = page(stopped(Category.RATE_LIMIT, *hundred(1), retry_at=datetime(2036, 1, 2, 12, tzinfo=UTC)), tmp_path)
    assert re.search(r"The site says: not before 2036-01-0\d", html)


def test_an_empty_batch_has_a_card_too(tmp_path: Path) -> None:
    assert "<dt>in all</dt><dd>0</dd>" in page(manifest(), tmp_path)


@pytest.mark.parametrize(
    ("category", "shown"),
    [
        (Category.CONTENT_MODERATED, '<span class="gb-pill gb-wary">some were moderated</span>'),
        (Category.TIMEOUT, '<span class="gb-pill gb-bad">some failed</span>'),
    ],
)
def test_a_run_in_which_prompts_were_moderated_has_not_failed(tmp_path: Path, category: Category, shown: str) -> None:
    of = manifest(video(1, Status.COMPLETED), video(2, Status.FAILED, category), status=RunStatus.FAILED)
    assert shown in page(of, tmp_path)


def test_a_run_of_a_part_of_the_videos_says_that_some_are_left(tmp_path: Path) -> None:
    of = manifest(*hundred(2), status=RunStatus.PENDING)
    assert "some are left" in page(of, tmp_path)
    assert "not started" in page(manifest(*hundred(0), status=RunStatus.PENDING), tmp_path)


def test_the_words_of_the_report_are_ours_and_not_pytest_s(tmp_path: Path) -> None:
    assert {column.heading for column in COLUMNS} & {"Result", "Test"} == set()
    of = manifest(video(1, Status.COMPLETED), video(2, Status.FAILED, Category.CONTENT_MODERATED))
    words = seen(re.sub(r"<(style|script)>.*?</\1>", "", page(of, tmp_path), flags=re.DOTALL)).lower()
    assert not re.search(r"\bpassed|\bskipped|\d failed", words)
    assert "1 moderated" in words
