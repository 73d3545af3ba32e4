"""The picture of docs/architecture.md: the rooms, and an arrow for each import that no longer way replaces."""

from collections.abc import Mapping

import grimp

PACKAGES = ("freshdesk_mcp_server", "freshdesk_client", "freshdesk_sandbox")
SERVER = PACKAGES[0]


def mermaid() -> str:
    """Return the picture as Mermaid, which GitHub draws; rooms are in the order of their names."""
    arrows = without_shortcuts(room_imports())
    lines = ["```mermaid", "flowchart TD"]
    lines += [f"    {room}[{label_of(room)}]" for room in sorted(arrows)]
    lines += [f"    {room} --> {other}" for room in sorted(arrows) for other in sorted(arrows[room])]
    return "\n".join([*lines, "```"])


def room_imports() -> dict[str, set[str]]:
    """Return the rooms that each room imports."""
    graph = grimp.build_graph(*PACKAGES)
    rooms: dict[str, set[str]] = {}
    for module in graph.modules:
        importer = room_of(module)
        rooms.setdefault(importer, set())
        for imported in graph.find_modules_directly_imported_by(module):
            if room_of(imported) != importer:
                rooms[importer].add(room_of(imported))
    return {room: others - {SERVER} for room, others in rooms.items() if room != SERVER}


def room_of(module: str) -> str:
    """Return the first part of a name inside the server, and one room for each other package."""
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] or SERVER if package == SERVER else package


def without_shortcuts(imports: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return `imports` without each arrow that a longer way of arrows replaces."""
    return {
        room: {other for other in others if not any(reaches(imports, way, other) for way in others - {other})}
        for room, others in imports.items()
    }


def reaches(imports: Mapping[str, set[str]], start: str, end: str) -> bool:
    """Return True if arrows lead from one room to another."""
    seen, waiting = {start}, [start]
    while waiting:
        for other in imports.get(waiting.pop(), set()) - seen:
            seen.add(other)
            waiting.append(other)
    return end in seen - {start}


def label_of(room: str) -> str:
    """Return the folder or the module, as a reader finds it."""
    return room if room in PACKAGES else f"{SERVER}/{room}"
