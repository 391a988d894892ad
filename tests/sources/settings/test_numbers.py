from fencepost.sources.settings.numbers import decimal, whole


def test_whole_numbers() -> None:
    assert whole("0x0000000a") == 10
    assert whole(" 2 Activity blocked") == 2
    assert whole("Unknown") is None
    assert whole("²") is None
    assert whole(None) is None
    assert whole("9" * 10_000) == 10**20 - 1


def test_decimal_numbers() -> None:
    assert decimal("0,42") == 0.42
    assert decimal("13.5 ms") == 13.5
    assert decimal("-") is None
