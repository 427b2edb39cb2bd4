"""`python -m grokbatch.demo`: runs the built-in site alone, for trying it by hand."""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
import threading
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.scenario.script import Kind
from grokbatch.demo.server import EXAMPLE_POST, DemoSite

_SCRIPT = re.compile(r"(?P<kind>\w+)(?:@(?P<at>\d+))?(?::(?P<seconds>[\d.]+))?")
_SPELLED_APART = {"generation", "outcomes", "otherwise", "image_outcomes", "transfers"}


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl+C; return 0, or exit with 2 when an option is wrong or the port is taken."""
    parser = _parser()
    options = vars(parser.parse_args(arguments))
    port = options.pop("port")
    try:
        site = DemoSite(_scenario(options), port=port)
        site.start()
    except ValidationError as error:
        parser.error("; ".join(_problems(error)))
    except ValueError as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(f"{error.filename or f'--port {port}'}: {error.strerror or error}; choose another")
    try:
        signal.signal(signal.SIGINT, _interrupt_once)
        _announce(site)
        # With a timeout, because on Windows Ctrl+C cannot end a wait without one.
        while not threading.Event().wait(1):
            pass
    except KeyboardInterrupt:
        pass
    finally:
        site.stop()
    return 0


def _interrupt_once(*_: object) -> None:
    # A second Ctrl+C shall not break into the stop, which ends by itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _announce(site: DemoSite) -> None:
    lines = (
        f"demo site:  {site.origin}",
        f"permalink:  {site.origin}{EXAMPLE_POST}",
        f"sign in:    {site.origin}/sign-in",
        f"control:    {site.origin}/__control__/scenario, /journal, /reset, /session, /expire, /clear",
        "Ctrl+C ends it.",
    )
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m grokbatch.demo",
        description="The built-in site: image posts that make videos, with limits and errors on demand.",
        epilog="Example: %(prog)s --port 8000 --generation 3-8 --quota 5 --outcome 2=moderated@63",
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument("--port", type=int, default=0, help="of the site; 0 (default) takes a free one")
    parser.add_argument("--scenario", metavar="FILE.json", type=Path, help="a scenario; options override it")
    parser.add_argument("--generation", metavar="S|MIN-MAX|S,S,…", help="seconds per video")
    parser.add_argument(
        "--outcome",
        metavar="N=KIND[@PERCENT][:SECONDS]",
        action="append",
        help=f"what submit N comes to: {', '.join(get_args(Kind))}; repeatable",
    )
    parser.add_argument(
        "--otherwise", metavar="KIND[@PERCENT][:SECONDS]", help=Scenario.model_fields["otherwise"].description
    )
    parser.add_argument(
        "--image-outcome",
        metavar="POST=KIND[@PERCENT]",
        action="append",
        help=f"{Scenario.model_fields['image_outcomes'].description}; repeatable",
    )
    parser.add_argument(
        "--transfer",
        metavar="N=KIND[,KIND]",
        action="append",
        help=f"{Scenario.model_fields['transfers'].description}; repeatable",
    )
    for name, field in Scenario.model_fields.items():
        if name not in _SPELLED_APART:
            _add_option(parser, name, field.annotation, field.description)
    return parser


def _add_option(parser: argparse.ArgumentParser, name: str, kind: object, description: str | None) -> None:
    flag = f"--{name.replace('_', '-')}"
    text = f"{description or name.replace('_', ' ')} (default: {Scenario.model_fields[name].default})"
    if get_origin(kind) is dict:
        parser.add_argument(flag, metavar="NAME=N", action="append", help=f"{description}; repeatable")
    elif kind is bool:
        parser.add_argument(flag, action=argparse.BooleanOptionalAction, help=text)
    else:
        parser.add_argument(flag, metavar=_metavar(kind), help=text)


def _metavar(kind: object) -> str:
    inner = next((one for one in (kind, *get_args(kind)) if get_origin(one) is Literal), None)
    return "VALUE" if inner is None else "|".join(str(word) for word in get_args(inner) if word != "")


def _scenario(options: dict[str, Any]) -> Scenario:
    file = options.pop("scenario", None)
    fields: dict[str, Any] = {} if file is None else _read(file)
    if "generation" in options:
        options["generation"] = _generation(options["generation"])
    for name in _named(options):
        options[name] = fields.get(name, {}) | dict(_pair(name, text) for text in options[name])
    outcomes = dict(_outcome(text) for text in options.pop("outcome", []))
    if outcomes:
        options["outcomes"] = fields.get("outcomes", {}) | outcomes
    of_images = dict(_of_image(text) for text in options.pop("image_outcome", []))
    if of_images:
        options["image_outcomes"] = fields.get("image_outcomes", {}) | of_images
    if "otherwise" in options:
        options["otherwise"] = _script("otherwise", options["otherwise"])
    transfers = dict(_pair("transfer", text, "3=cut,page") for text in options.pop("transfer", []))
    if transfers:
        options["transfers"] = fields.get("transfers", {}) | transfers
    return Scenario.model_validate(fields | options)


def _read(file: Path) -> dict[str, Any]:
    try:
        fields = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{file}:{error.lineno}: not JSON: {error.msg}") from error
    if not isinstance(fields, dict):
        raise ValueError(f"{file}: must be a JSON object of scenario fields")
    return fields


def _generation(text: str) -> object:
    if "," in text:
        return text.split(",")
    least, dash, most = text.partition("-")
    return {"min": least, "max": most} if dash else text


def _named(options: dict[str, Any]) -> list[str]:
    fields = Scenario.model_fields
    return [name for name in options if name in fields and get_origin(fields[name].annotation) is dict]


def _pair(name: str, text: str, such_as: str = "NAME=3") -> tuple[str, str]:
    user, equals, number = text.partition("=")
    if not equals:
        raise ValueError(f"--{name.replace('_', '-')} {text}: must look like {such_as}")
    return user, number


def _outcome(text: str) -> tuple[str, dict[str, str]]:
    number, equals, script = text.partition("=")
    if not equals or not number.isdecimal():
        raise ValueError(f"--outcome {text}: must look like 3=moderated@63 or 4=slow_start:20")
    return number, _script("outcome", script)


def _script(option: str, text: str) -> dict[str, str]:
    match = _SCRIPT.fullmatch(text)
    if match is None:
        raise ValueError(f"--{option} …{text}: must be such as moderated@63 or slow_start:20")
    return {key: value for key, value in match.groupdict().items() if value is not None}


def _of_image(text: str) -> tuple[str, dict[str, str]]:
    post, script = _pair("image-outcome", text, "8f3c1f5e-0d2b-4a57-9a55-4f4b0d6f5a10=chat_answer")
    return post, _script("image-outcome", script)


def _problems(error: ValidationError) -> list[str]:
    return [f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}" for problem in error.errors()]


if __name__ == "__main__":
    sys.exit(main())
