"""The forms of a submit: one request body for each of the two addresses."""

from __future__ import annotations

import uuid  # noqa: TC003 - pydantic reads it
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, Field, model_validator

from grokbatch.demo.clips.clips import Aspect, DemoClip, Resolution
from grokbatch.demo.state.video import Wish

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_PROMPT = 20_000
# Sent by this site's own page only, in addition to the captured form of the body.
CLICK, BY_ITSELF, SECOND = "x-demo-click", "x-demo-by-itself", "x-demo-second"
_OPTIONS = {"seconds", "resolution", "aspect", "preset"}
_VIDEO_OPTIONS = {"seconds", "resolution", "aspect", "mode", "skip_audio"}

What = Literal["video", "image", "edit", "agent"]


@dataclass(frozen=True)
class Asked:
    """A valid submit: its post, what it asks for, and the further fields that only this site's page sends."""

    post: str
    what: What
    wish: Wish
    message: str = field(default="", repr=False)


class _Nested(BaseModel):
    """The body for `…/conversations/new`, until June 2026."""

    post: uuid.UUID = Field(alias="parentPostId")
    prompt: str = Field(alias="message", max_length=LONGEST_PROMPT, repr=False)
    seconds: Literal[6, 10, 15] = Field(6, alias="videoLength")
    resolution: Resolution = Field("480p", alias="resolutionName")
    aspect: Aspect = Field("2:3", alias="aspectRatio")
    preset: str | None = Field(None, max_length=40)
    mode: Literal["video", "image"] = "video"
    by_itself: bool = Field(False, alias="autoStart")
    reserved: int | None = Field(None, alias="clickNumber")

    @model_validator(mode="after")
    def _has_prompt(self) -> Self:
        if not self.prompt and not self.by_itself:
            raise ValueError("message: must not be empty")
        return self


class _ImageToVideo(BaseModel):
    prompt: str = Field("", max_length=LONGEST_PROMPT, repr=False)
    images: tuple[uuid.UUID, ...] = Field(alias="inputAssets", min_length=1, max_length=10)
    seconds: Literal[6, 10, 15] = Field(6, alias="duration")
    resolution: Resolution = Field("480p", alias="resolutionName")
    aspect: Aspect = Field("2:3", alias="aspectRatio")
    mode: str = Field("custom", max_length=40)
    skip_audio: bool = Field(False, alias="skipAudio")


class _ImageEdit(BaseModel):
    prompt: str = Field(min_length=1, max_length=LONGEST_PROMPT, repr=False)
    images: tuple[uuid.UUID, ...] = Field(alias="inputAssets", min_length=1, max_length=10)


class _Input(BaseModel):
    video: _ImageToVideo | None = Field(None, alias="imageToVideo")
    edit: _ImageEdit | None = Field(None, alias="imageEdit")


class _Answer(BaseModel):
    """The body for `…/conversations/<id>/responses`, since July 2026."""

    message: str = Field(max_length=LONGEST_PROMPT + 100, repr=False)
    input: _Input = Field(_Input(), alias="mediaGenInput")


def read_new(body: bytes) -> Asked:
    """Return what a submit to `…/conversations/new` asks for; raises pydantic.ValidationError."""
    told = _Nested.model_validate_json(body)
    # Only the options that were sent.
    sent = told.model_dump(by_alias=True, include=_OPTIONS & told.model_fields_set)
    video_file = DemoClip(told.seconds, told.resolution, told.aspect)
    wish = Wish(told.prompt, video_file, sent, told.reserved, told.by_itself)
    return Asked(str(told.post), told.mode, wish, told.prompt)


def read_answer(body: bytes, headers: Mapping[str, str], image: str) -> Asked:
    """Return what a submit to a conversation about `image` asks for; raises pydantic.ValidationError."""
    told = _Answer.model_validate_json(body)
    if told.input.video is not None:
        return replace(_video(told.input.video, headers), message=told.message)
    if told.input.edit is not None:
        return Asked(str(told.input.edit.images[0]), "edit", Wish(told.input.edit.prompt), told.message)
    return Asked(image, "agent", Wish(told.message), told.message)


def _video(told: _ImageToVideo, headers: Mapping[str, str]) -> Asked:
    sent = told.model_dump(by_alias=True, include=_VIDEO_OPTIONS & told.model_fields_set)
    # The video has the image's own shape, whatever ratio was asked for.
    video_file = DemoClip(told.seconds, told.resolution)
    click = headers.get(CLICK, "")
    reserved = int(click) if click.isdecimal() else None
    return Asked(str(told.images[0]), "video", Wish(told.prompt, video_file, sent, reserved, BY_ITSELF in headers))
