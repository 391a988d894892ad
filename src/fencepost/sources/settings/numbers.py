"""Numbers as commands print them; None where there is none."""

import re

_WHOLE = re.compile(r"\s*(0x[0-9a-fA-F]{1,16}|[0-9]{1,20})")
_DECIMAL = re.compile(r"\s*([0-9]{1,15}(?:[.,][0-9]{1,15})?)")


def whole(text: str | None) -> int | None:
    """Return the whole number that `text` begins with (`0x…` is hexadecimal)."""
    found = _WHOLE.match(text or "")
    return int(found[1], 16 if found[1].startswith("0x") else 10) if found else None


def decimal(text: str | None) -> float | None:
    """Return the decimal number that `text` begins with; a comma may stand for the point."""
    found = _DECIMAL.match(text or "")
    return float(found[1].replace(",", ".")) if found else None
