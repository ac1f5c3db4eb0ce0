"""The questions a log answers: one module for each."""

from timeline.questions.diff import diff
from timeline.questions.history import history
from timeline.questions.known import known
from timeline.questions.replay import replay

__all__ = ["diff", "history", "known", "replay"]
