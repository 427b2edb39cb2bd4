"""Fills the site's pages with Jinja2: whatever a text holds, it stays text."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grokbatch.demo.web.page_config import FOLDER

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    keep_trailing_newline=True,
)
# The filter `tojson` would sort the keys.
_ENVIRONMENT.policies["json.dumps_kwargs"] = {}


def page(name: str, **values: object) -> str:
    """Return the page `name` of the folder `frontend`, with `values` in it."""
    return _ENVIRONMENT.get_template(name).render(values)
