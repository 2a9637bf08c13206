"""Text equal by meaning: outer blanks and line-end styles carry none."""


def trimmed(text: str | None) -> str:
    """``text`` without outer blanks; empty for None. Matching is exact after this (Match with doubt)."""
    return (text or "").strip()


def same_text(left: str | None, right: str | None) -> bool:
    """Whether two texts mean the same: outer blanks and CRLF against LF do not count."""
    return trimmed(left).replace("\r\n", "\n") == trimmed(right).replace("\r\n", "\n")
