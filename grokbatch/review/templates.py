"""Fills the templates of the pages that people open: a text is escaped, whatever it holds; only `Markup` is not.

The templates lie beside the modules that use them. What is too small for a file is `Markup("…").format(…)`, which
escapes too.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from grokbatch.javascript import without_comments

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
_STRICT = '"use strict";\n'


def filled(template: str, **values: object) -> Markup:
    """Return a template with `values` in it; it is named by its path in this package, such as `wall/wall.html`."""
    return Markup(_environment().get_template(template).render(values))  # noqa: S704 - the template has escaped them


def own_file(path: Path) -> Markup:
    """Return one of our own style sheets or scripts, to stand in a page as it is."""
    return Markup(path.read_text(encoding="utf-8"))  # noqa: S704 - nobody else has written it


def own_script(path: Path) -> Markup:
    """Return one of our own scripts without its comments, in a block: its names are then no names of the page."""
    text = without_comments(path.read_text(encoding="utf-8")).removeprefix(_STRICT)
    return Markup(f"{_STRICT}{{\n{text}}}\n")  # noqa: S704 - nobody else has written it


def content_policy(style: str, script: str, *, connects: bool = False) -> str:
    """Return a content security policy that allows only this style, this script, and pictures and videos on disk.

    If the page `connects`, they are those of its own server, and it may ask and tell that server more.
    """
    files = "'self' file: data: blob:"
    rules = {
        "default-src": "'none'",
        "script-src": _digest(script),
        "style-src": _digest(style),
        "img-src": files,
        "media-src": files,
        "connect-src": "'self'" if connects else "'none'",
        "form-action": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> Environment:
    # Imported here: what draws no page does without it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # The filter `tojson` would sort the keys.
    environment.policies["json.dumps_kwargs"] = {}
    return environment
