"""What everything has in common that is turned down: what is wrong, and what would be right."""

__all__ = ["Refusal"]


class Refusal(Exception):
    """Something that cannot be taken; as text `what; right`.

    `what` is wrong and `right` would be right. They stay apart, for what somebody wrote stands in
    either, semicolons and all.
    """

    def __init__(self, what: str, right: str) -> None:
        super().__init__(what, right)
        self.what, self.right = what, right

    def __str__(self) -> str:
        """Return what is wrong and what would be right as one line."""
        return f"{self.what}; {self.right}"
