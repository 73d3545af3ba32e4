"""Switches: behaviour in which accounts of Freshdesk differ, or of which nothing is established.

Here: switches of the account as a whole, and the reading of switches from JSON. Not here: switches of one resource
(resources/), and all of them together (registry.py).
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

type Seconds = Annotated[float, Field(ge=0, le=3600)]
type Count = Annotated[int, Field(ge=1)]

_HEADER_VALUE: Final = r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$"


class Switches(BaseModel):
    """Values that never change once they are made; a wrong name or value is a ValueError."""

    # Only those that are used are built, and not while modules load.
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class Files(Switches):
    """The files of an account.

    Attributes:
        size_key: the key of a file's size: recorded is `size`, documented for tickets `file_size`.
        thumbnails: images have a `thumb_url`, which is recorded of canned responses alone.
        link_lifetime_s: seconds until a link expires; recorded are 300, and some hours.
    """

    size_key: Literal["size", "file_size", "both"] = "size"
    thumbnails: bool = False
    link_lifetime_s: Annotated[float, Field(ge=1, le=86_400)] = 300.0


class AccountSwitches(Switches):
    """The switches that concern no resource, or several.

    Attributes:
        latency_s: seconds that each request takes before it has its effect; slept.
        features: the features of the account's plan; registry.py narrows them to those that there are.
        missing_feature_status: the answer to a field of a feature that the plan lacks. 400 with `inaccessible_field` is
            documented. 403 with `require_feature` is attested for whole endpoints.
        text_keeps_lines: plain texts of descriptions and bodies have a line for each `<br>` and each block. So has a
            recorded ticket of a demonstration. Else a blank stands there.
        files: the keys of a file, and the life of its links.
        date_ahead_s: seconds by which the Date header is ahead of `created_at`; below 0 it is behind. None leaves it
            out.
        limit_window_s: seconds of a window of the rate limit, 60 at Freshdesk.
        limit_body: the body of a 429 of the rate limit: "empty" as attested, or a small "json" message.
        limit_retry_after: the Retry-After of such a 429. "real" is the seconds until the window ends, and None leaves
            it out. Any other text is sent as it is.
    """

    latency_s: Seconds = 0.0
    features: tuple[str, ...] = ()
    missing_feature_status: Literal[400, 403] = 400
    text_keeps_lines: bool = False
    files: Files = Field(default_factory=Files)
    date_ahead_s: Annotated[float, Field(ge=-86_400, le=86_400)] | None = 0.0
    limit_window_s: Annotated[float, Field(gt=0, le=3600)] = 60.0
    limit_body: Literal["empty", "json"] = "empty"
    limit_retry_after: Annotated[str, Field(pattern=_HEADER_VALUE)] | None = "real"


def switches_from_json[S: Switches](kind: type[S], body: bytes) -> S:
    """Return the switches that a JSON object sets; those that it does not name stand as shipped.

    Raises:
        ValueError: it is no such object; says which values are wrong and why.
    """
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise ValueError("; ".join(_complaint(one) for one in error.errors())) from None


def _complaint(error: Mapping[str, object]) -> str:
    place = error["loc"]
    names = ".".join(str(part) for part in place) if isinstance(place, tuple) else ""
    return f"{names or 'the body'}: {error['msg']}"
