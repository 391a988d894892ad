"""`pveversion`, with and without -v. Source: pve-manager 9 bin/pveversion."""

import re

from fencepost.model.document import PackageVersions
from fencepost.sources.settings.sections import Section

_PACKAGE = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9+.-]*)(?:: |/)(?P<version>\S.*?)(?: \((?P<note>.*)\))?"
)


def parse_packages(section: Section) -> PackageVersions | None:
    """Read the package list; the hash after a version (`8.2.7/3e0176e6`) is left off."""
    packages: dict[str, str] = {}
    where: dict[str, int] = {}
    kernel: str | None = None
    for index, line in enumerate(section.lines):
        found = _PACKAGE.fullmatch(line)
        if found is None:
            if line:
                break
            continue
        packages[found["name"]] = found["version"].partition("/")[0]
        where[f"packages:{found['name']}"] = index
        running = re.match(r"running kernel: (\S+)", found["note"] or "")
        if running:
            kernel = running[1]
            where["running_kernel"] = index
    if not packages:
        return None
    return PackageVersions(
        **section.facts(where),
        packages=packages,
        running_kernel=kernel,
    )
