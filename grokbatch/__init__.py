"""Makes many videos from one Grok Imagine image: pytest runs a batch file and saves the finished videos.

The names in `__all__` are the public API, which docs/api.md describes. Every other name may change with any version.
"""

from __future__ import annotations

# Every pytest process imports this package, even in projects without batches. Each public name is therefore loaded
# when it is first used; importing `typing` alone would take longer than the rest of this file.
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
"""The public names by the modules that define them."""


if not TYPE_CHECKING:  # with a `__getattr__`, a type checker would accept every misspelt name

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used (PEP 562) and return it; raise AttributeError for any other."""
        home = next((module for module, names in _HOMES.items() if name in names), None)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        found: object = getattr(import_module(home), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
