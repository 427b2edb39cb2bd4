"""The entry point that pytest loads in every project: it finds out, at almost no cost, whether a call is about batches.

Only then is the plugin itself loaded, with its options, fixtures and hooks. A worker of pytest-xdist does not find out
itself: its controller adds the plugin to the worker's arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grokbatch.run import newhooks
from grokbatch.run.command_line import named_batches, options, resumable
from grokbatch.run.command_line.early_interrupt import EarlyInterrupt

if TYPE_CHECKING:
    from collections.abc import Generator

PLUGIN = "grokbatch.run.plugin"

_HELP = frozenset({"-h", "--help"})


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare grokbatch's hooks, in every call: a conftest.py that implements them is also loaded for tests."""
    pluginmanager.add_hookspecs(newhooks)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, None, None]:
    """Load the plugin if the call is about batches; after each conftest.py, so that its options are known."""
    early_config.stash[named_batches.PARSER] = parser
    if any(arg.startswith("--events") for arg in args):
        _keep_output_for_events(early_config, args)
    _load_no_conftest_of_tests(early_config)
    if _may_mean_a_batch(early_config):
        _check_found(early_config)  # without a conftest.py of tests, for pytest loads these where a path does not exist
    yield
    if early_config.pluginmanager.has_plugin(PLUGIN):
        return
    if named_batches.may_name_batches(early_config) and _is_about_batches(early_config):
        _check_found(early_config)
        _check_spelling(early_config)
        _check_names(parser, args)
        early_config.pluginmanager.import_plugin(PLUGIN)
    elif _may_mean_a_batch(early_config):
        _check_found(early_config)
    elif wanted := _wanted(args):
        _offer(early_config, parser, args, wanted)


def _load_no_conftest_of_tests(config: pytest.Config) -> None:
    """Let a bare `--lf` about batches load each conftest.py that the resumed run loaded, and not those in `testpaths`.

    What the project's tests need may not be installed where batches are run.
    """
    if _resumes(config) and not resumable.tests_ran_since(config):
        config.known_args_namespace.file_or_dir = resumable.remembered(config)


def _keep_output_for_events(config: pytest.Config, args: list[str]) -> None:
    """If the call may be about batches and says `--events -`, keep the standard output for that."""
    from grokbatch.run.command_line import standard_output

    # Not in a worker, whose controller has added the plugin to its arguments.
    is_first = not config.pluginmanager.has_plugin(PLUGIN)
    if is_first and standard_output.is_for_events(args) and named_batches.may_name_batches(config):
        kept = standard_output.KeptOutput.keep()
        config.stash[standard_output.KEPT_OUTPUT] = kept
        config.add_cleanup(kept.release)


def _is_about_batches(config: pytest.Config) -> bool:
    """Whether the call is about batches; handles Ctrl+C meanwhile, because finding out takes a moment."""
    early = EarlyInterrupt.of_process()
    config.add_cleanup(early.stop)
    if named_batches.named_batches(config) or _resumes(config):
        config.stash[named_batches.EARLY_INTERRUPT] = early
        return True
    early.stop()
    if early.pressed:
        raise KeyboardInterrupt
    return False


def _resumes(config: pytest.Config) -> bool:
    return resumable.is_bare_lf(config) and resumable.is_about_batches(config)


def _may_mean_a_batch(config: pytest.Config) -> bool:
    """Whether a YAML file, or a batch without its ending, was typed that does not exist, in a project with batches."""
    here = config.invocation_params.dir
    typed = dict.fromkeys(path.partition("::")[0] for path in named_batches.typed_paths(config))
    missing = [path for path in typed if not (here / path).exists() and named_batches.may_be_batch_name(path, here)]
    if not missing:
        return False
    from grokbatch.run.command_line import hints

    return hints.has_batches(config, [(here / path).parent for path in missing])


def _check_found(config: pytest.Config) -> None:
    if lines := named_batches.not_found(config):
        from grokbatch.run.command_line.usage_errors import usage_error

        raise usage_error("\n".join(lines))


def _check_spelling(config: pytest.Config) -> None:
    """Refuse an option that nobody knows and that is nearly one of grokbatch's; all others are pytest's to refuse."""
    from grokbatch.batch.model.errors import nearest

    near = {word: nearest(word, options.NAMES) for word in named_batches.unknown_options(config)}
    if lines := [f"{word}: there is no such option, did you mean {meant}?" for word, meant in near.items() if meant]:
        from grokbatch.run.command_line.usage_errors import usage_error

        raise usage_error("\n".join(lines))


def _check_names(parser: pytest.Parser, args: list[str]) -> None:
    free = options.free(parser, args)
    taken = [name for name in options.NAMES if name not in free]
    if taken:
        from grokbatch.run.command_line.usage_errors import usage_error

        raise usage_error(
            f"grokbatch: {', '.join(taken)}: a conftest.py or another plugin has an option of that name; rename it "
            "there, or leave it out with --noconftest or -p no:PLUGIN"
        )


def _wanted(args: list[str]) -> list[str]:
    """Return the options of grokbatch that were typed, or all for `--help`, in a call that is not about batches."""
    if not _HELP.isdisjoint(args):
        return list(options.NAMES)
    given = {arg.partition("=")[0] for arg in args}
    return [name for name in options.NAMES if name in given]


def _offer(config: pytest.Config, parser: pytest.Parser, args: list[str], wanted: list[str]) -> None:
    """In a project with batches, declare grokbatch's options, so that `--help` shows them and `addopts` may hold them.

    Options of other plugins with the same names are left to those plugins.
    """
    from grokbatch.run.command_line import hints

    if hints.has_batches(config):
        options.add(parser, options.free(parser, args, wanted))


def pytest_report_header(config: pytest.Config) -> str | None:
    """Return the line that says how to resume the last batch run when `--lf` is about tests."""
    if config.pluginmanager.has_plugin(PLUGIN) or not resumable.is_bare_lf(config):
        return None
    from grokbatch.review.text_layout import output_width, wrapped
    from grokbatch.run.command_line import hints

    return "\n".join(wrapped(hints.how_to_resume(config) or "", output_width())) or None


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Say why no video was made, if pytest found nothing else to do."""
    config, found = terminalreporter.config, terminalreporter.stats
    nothing = {pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.USAGE_ERROR}
    if exitstatus not in nothing or config.pluginmanager.has_plugin(PLUGIN) or "deselected" in found:
        return
    from grokbatch.review.text_layout import output_width, wrapped
    from grokbatch.run.command_line import hints

    for text in hints.why_nothing(config):
        for line in wrapped(text, output_width()):
            terminalreporter.write_line(line)
