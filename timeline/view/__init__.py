"""The index over the log: a local SQLite file, disposable, that answers as the fold does.

`indexed` keeps it caught up, `files` says where it lies, and `read` answers from it.
"""

from timeline.view.files import Files
from timeline.view.indexed import IndexedLog
from timeline.view.read import View

__all__ = ["Files", "IndexedLog", "View"]
