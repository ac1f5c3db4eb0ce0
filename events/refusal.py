"""The base of every refusal: what is wrong, and what would be right."""

__all__ = ["Refusal"]


class Refusal(Exception):
    """Something that cannot be taken; its text is `what; right`.

    `what` says what is wrong, `right` what would be right. They are kept apart, because either may
    quote what somebody wrote, semicolons and all.
    """

    def __init__(self, what: str, right: str) -> None:
        super().__init__(what, right)
        self.what, self.right = what, right

    def __str__(self) -> str:
        """Return what is wrong and what would be right as one line."""
        return f"{self.what}; {self.right}"
