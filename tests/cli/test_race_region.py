"""``cn race --region``: one region's polling day, and what was asked of the whole country."""

from __future__ import annotations

from click.testing import CliRunner

from comparenotes.cli.main import cli


def shown(*args: str) -> str:
    result = CliRunner().invoke(cli, ["race", *args])
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_a_finished_region_has_its_result_beside_it() -> None:
    text = shown("us-2020", "--region", "US-PA")
    assert "Comes first Result" in text
    assert "50.7" in text
    assert "one day to go" in text


def test_event_and_change_are_not_dropped() -> None:
    args = ("us-2024", "--region", "US-PA", "--as-of", "2024-08-18")
    text = shown(*args, "--event", "2024-07-21", "--since", "2024-07-15")
    assert "In the whole country:" in text
    assert "Biden withdraws" in text
    assert "Since 15 July 2024: Democrats +" in text
    assert "In the whole country:" not in shown(*args)


def test_a_presidents_second_round_with_its_result() -> None:
    assert "Run-off on 24 April 2022" in shown("fr-president-2022")
    assert "Result: Macron 58.5" in shown("fr-president-2022")
    assert "Result: " not in shown("fr-president-2022", "--as-of", "2022-04-01")
