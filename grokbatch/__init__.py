"""Many videos from one Grok Imagine image: a batch file in, finished videos out, driven by pytest.

What `__all__` names is the public API; see docs/api.md. Every other name may change with any version.
"""

from __future__ import annotations

# Every process of pytest imports this package, in projects without batches too: nothing is loaded until it is asked
# for, and `typing` alone would take longer than the whole file.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from grokbatch.batch.loader import load_batch
    from grokbatch.batch.model.batch import Batch
    from grokbatch.batch.model.errors import BatchError, Problem
    from grokbatch.batch.model.video import VideoOptions, VideoSpec
    from grokbatch.record.model.manifest import AttemptRecord, FileRecord, FileState, Manifest, StopRecord, VideoRecord
    from grokbatch.record.model.outcome import Category, MadeVideo, Outcome, RunStatus, Status
    from grokbatch.record.model.results import RunResult, VideoResult
    from grokbatch.record.storage.manifest_store import ManifestUnreadableError
    from grokbatch.record.storage.whereabouts import read_manifest
    from grokbatch.site.page.timeouts import Timeouts
    from grokbatch.video_maker import Orphan, ProgressListener, SiteVideo, TransferError, VideoActionError, VideoMaker

__all__ = [
    "AttemptRecord",
    "Batch",
    "BatchError",
    "Category",
    "FileRecord",
    "FileState",
    "MadeVideo",
    "Manifest",
    "ManifestUnreadableError",
    "Orphan",
    "Outcome",
    "Problem",
    "ProgressListener",
    "RunResult",
    "RunStatus",
    "SiteVideo",
    "Status",
    "StopRecord",
    "Timeouts",
    "TransferError",
    "VideoActionError",
    "VideoMaker",
    "VideoOptions",
    "VideoRecord",
    "VideoResult",
    "VideoSpec",
    "load_batch",
    "read_manifest",
]

_HOMES = {
    "grokbatch.batch.model.errors": ("BatchError", "Problem"),
    "grokbatch.batch.loader": ("load_batch",),
    "grokbatch.batch.model.batch": ("Batch",),
    "grokbatch.batch.model.video": ("VideoOptions", "VideoSpec"),
    "grokbatch.record.model.manifest": (
        "AttemptRecord",
        "FileRecord",
        "FileState",
        "Manifest",
        "StopRecord",
        "VideoRecord",
    ),
    "grokbatch.record.model.outcome": ("Category", "MadeVideo", "Outcome", "RunStatus", "Status"),
    "grokbatch.record.model.results": ("RunResult", "VideoResult"),
    "grokbatch.record.storage.manifest_store": ("ManifestUnreadableError",),
    "grokbatch.record.storage.whereabouts": ("read_manifest",),
    "grokbatch.video_maker": (
        "Orphan",
        "SiteVideo",
        "VideoActionError",
        "TransferError",
        "VideoMaker",
        "ProgressListener",
    ),
    "grokbatch.site.page.timeouts": ("Timeouts",),
}
"""Which module each public name comes from."""


if not TYPE_CHECKING:  # else every misspelt name would be right to a type checker

    def __getattr__(name: str) -> object:
        """Return a public name, loaded when it is first asked for (PEP 562)."""
        home = next((module for module, names in _HOMES.items() if name in names), None)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        found: object = getattr(import_module(home), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
