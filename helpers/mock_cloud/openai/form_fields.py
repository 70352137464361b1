"""The text fields of an upload's form beside its purpose."""

from __future__ import annotations

from helpers.mock_cloud.state.errors import bad_request

EXPIRY_SECONDS = (3600, 2_592_000)


def expires_after(fields: dict[str, str]) -> int | None:
    """The seconds of `expires_after[anchor]` and `expires_after[seconds]`; None where neither is sent.

    >>> expires_after({"expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"})
    3600
    """
    anchor, seconds = fields.get("expires_after[anchor]"), fields.get("expires_after[seconds]")
    if anchor is None and seconds is None:
        return None
    if anchor != "created_at":
        raise bad_request(
            "Invalid 'expires_after.anchor': expected 'created_at'.", param="expires_after.anchor"
        )
    least, most = EXPIRY_SECONDS
    if seconds is None or not seconds.isdecimal() or not least <= int(seconds) <= most:
        raise bad_request(
            f"Invalid 'expires_after.seconds': expected an integer from {least} to {most}.",
            param="expires_after.seconds",
        )
    return int(seconds)
