"""Write the example: `python -m examples.homelab_generator [FOLDER]`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from . import outputs, settings
from .journal import render
from .story import UNTIL, Story, tell
from .truth import planted


def files(story: Story) -> Iterator[tuple[str, str]]:
    """Yield path and text of every file of the example."""
    cluster = story.cluster
    home, *others = cluster.nodes
    yield "homelab-truth.json", planted(story)
    yield "homelab/corosync.conf", settings.corosync_conf(cluster.nodes)
    yield "homelab/ha/resources.cfg", settings.ha_resources()
    yield "homelab/ha/rules.cfg", settings.ha_rules(home, others)
    for name, text in outputs.of_cluster(story):
        yield f"homelab/{name}", text
    for node in cluster.nodes:
        journal = render(node.name, node.boots, until=UNTIL, late=node.late)
        yield f"homelab/{node.name}/journal.txt", journal
        for name, text in outputs.of_node(story, node):
            yield f"homelab/{node.name}/{name}", text


def main(folder: Path) -> None:
    """Write all files below `folder`."""
    for name, text in files(tell()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1])
