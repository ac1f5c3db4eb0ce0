"""How entries of older formats read today: one pure function for each form that changed.

A stored state never changes; it carries the format (`v`) of the program that wrote it. When a
format changes the form of a topic, `FORMAT` goes up by one and a function goes in here that makes
the new form of the old one. `timeline.decoding` applies them to whatever an entry is made of. What
finds a single part in stored bytes knows their form too, and changes with it: `entries.held_in` and
`unsealed`, `transcoding.recorded_of`, and `evidence.commitments`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

Form = dict[str, Any]
Upcaster = Callable[[Form], Form]

UPCASTERS: Final[dict[tuple[str, int], Upcaster]] = {}
"""By topic and format: the state of that format → the state of the next one, without `v`."""


def upcast(topic: str, form: Form, written: int, current: int) -> Form:
    """A decoded state of an older format as the current one has it; what is given stays as it was.

    Raises whatever an upcaster raises for a state that its format could not have written.
    """
    form = {name: value for name, value in form.items() if name != "v"}
    for number in range(written, current):
        if step := UPCASTERS.get((topic, number)):
            form = step(form)
    return form | {"v": current}
