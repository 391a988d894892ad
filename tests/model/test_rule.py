from fencepost.model.case import Case, Incident
from fencepost.model.rule import audit, cause
from fencepost.model.verdict import Finding, Hypothesis


def test_a_cause_is_its_function_with_its_page_and_excerpts() -> None:
    @cause(
        fires="""
            n1 12:00:00 corosync one
              n1 12:00:01 corosync two
        """,
        silent="n1 12:00:00 corosync three",
    )
    def gremlins(case: Case, incident: Incident) -> Hypothesis | None:
        """Gremlins did it.

        Why it reboots a node:
            They chew cables.
        """
        return None

    assert gremlins.name == "gremlins"
    assert gremlins.fires == "n1 12:00:00 corosync one\n  n1 12:00:01 corosync two"
    assert gremlins.silent == "n1 12:00:00 corosync three"
    assert gremlins.page.startswith("Gremlins did it.\n\nWhy it reboots a node:\n    They")


def test_an_audit_is_its_function_too() -> None:
    @audit(fires="==> a.conf <==\nx", silent="==> a.conf <==\ny")
    def loose_screws(case: Case) -> list[Finding]:
        """Screws are loose."""
        return []

    assert (loose_screws.name, loose_screws.page) == ("loose_screws", "Screws are loose.")
    assert loose_screws.fires == "==> a.conf <==\nx"
