"""The operations of all resources, by path and method.

Here: templates of paths, and the template that fits a path. Not here: the operations (resources/).
"""

import re
from dataclasses import dataclass
from typing import Final

from freshdesk_sandbox.operation import Operation
from freshdesk_sandbox.registry import RESOURCES

OTHER: Final = "(other)"
_ORDER: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NUMBER: Final = re.compile(r"\{\w+\}")

_OPERATIONS: Final[dict[str, dict[str, Operation]]] = {}
for _resource in RESOURCES:
    for _operation in _resource.operations:
        _OPERATIONS.setdefault(_operation.path, {})[_operation.method] = _operation

TEMPLATES: Final = tuple(_OPERATIONS)
METHODS: Final = {template: tuple(sorted(operations, key=_ORDER.index)) for template, operations in _OPERATIONS.items()}
_WITH_NUMBERS: Final = tuple(
    (template, re.compile(_NUMBER.sub("([0-9]{1,18})", template))) for template in TEMPLATES if "{" in template
)


@dataclass(frozen=True, slots=True)
class Route:
    """A path, understood: its template, and the numbers that it holds."""

    template: str
    numbers: tuple[int, ...] = ()

    def operation(self, method: str) -> Operation | None:
        """Return the operation of `method`, if the path has one."""
        return _OPERATIONS.get(self.template, {}).get(method)


def route_from_path(path: str) -> Route:
    """Return the route of `path`; its template is `OTHER` when Freshdesk would answer a blank 404."""
    if path in _OPERATIONS:
        return Route(path)
    for template, pattern in _WITH_NUMBERS:
        if match := pattern.fullmatch(path):
            return Route(template, tuple(int(number) for number in match.groups()))
    return Route(OTHER)
