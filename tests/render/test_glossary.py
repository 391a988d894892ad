from fencepost.render.glossary import GLOSSARY, explained


def test_only_words_that_occur_are_explained() -> None:
    assert [term for term, _ in explained(["The node LOST QUORUM.", "Nothing else."])] == ["quorum"]
    assert explained(["linkage, defence, armchair, stringray"]) == []


def test_terms_are_in_order() -> None:
    terms = [term.lower() for term, _, _ in GLOSSARY]
    assert terms == sorted(terms)
