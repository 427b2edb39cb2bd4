"""An element of the page as learn.js describes it: its attributes and position, never what was typed into it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class Hook(_Told):
    """What identifies an element; `number` counts from 1 among the siblings with the same tag."""

    tag: str
    attributes: dict[str, str] = Field(default_factory=dict)
    classes: tuple[str, ...] = ()
    number: int = 1
    alone: bool = True


class Described(Hook):
    """An element that was pressed or noticed; `path` are the elements around it, the nearest first.

    `words` is its text if that is short, `hint` the placeholder inside of it, `icons` the classes of a picture in it.
    `percent`: its text holds a percentage; `only_percent`: and nothing else. `point` is where in
    the window it was pressed, or its middle.
    """

    role: str = ""
    name: str = ""
    words: str = ""
    hint: str = ""
    icons: tuple[str, ...] = ()
    percent: bool = False
    only_percent: bool = False
    editable: bool = False
    path: tuple[Hook, ...] = ()
    point: tuple[float, float] = (0.0, 0.0)
