"""Settings: accepted values, the order of their sources, and the text of all problems."""

from pathlib import Path

import pytest

from freshdesk_mcp_server.errors import ConfigurationError
from freshdesk_mcp_server.settings import (
    SETTING_NAMES,
    Settings,
    application_folder,
    asks_for_spans,
    load_settings,
    parse_account,
)
from freshdesk_mcp_server.settings.values import parse_domain, parse_loopback_url

OF_OTHERS = ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
KEY = "kEy-0123456789-marked"
COMPLETE: dict[str, object] = {"api_key": KEY, "domain": "acme"}


def problems_with(given: dict[str, object] | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(given)
    return caught.value.problems


@pytest.fixture
def complete_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("FRESHDESK_API_KEY", KEY)
    monkeypatch.setenv("FRESHDESK_DOMAIN", "acme")
    return monkeypatch


@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("acme", "acme.freshdesk.com"),
        (" acme ", "acme.freshdesk.com"),
        ("ACME", "acme.freshdesk.com"),
        ("acme-2", "acme-2.freshdesk.com"),
        ("a", "a.freshdesk.com"),
        ("a" * 63, "a" * 63 + ".freshdesk.com"),
        ("acme.freshdesk.com", "acme.freshdesk.com"),
        ("Acme.Freshdesk.Com", "acme.freshdesk.com"),
        ("acme.freshdesk.com/", "acme.freshdesk.com"),
        ("acme.freshdesk.com:443", "acme.freshdesk.com"),
        ("http://acme.freshdesk.com", "acme.freshdesk.com"),
        ("https://acme.freshdesk.com", "acme.freshdesk.com"),
        ("https://acme.freshdesk.com/a/tickets/1?x=1#top", "acme.freshdesk.com"),
        ("https://acme.freshdesk.com/api/v2", "acme.freshdesk.com"),
    ],
)
def test_a_domain_may_be_a_name_a_host_or_a_url(value: str, host: str) -> None:
    assert parse_domain(value) == host


@pytest.mark.parametrize(
    "value",
    [
        "",
        "freshdesk.com",
        ".freshdesk.com",
        "acme.freshservice.com",
        "acme.freshworks.com",
        "support.acme.com",
        "acme.freshdesk.com.evil.example",
        "acme.freshdesk.com.freshdesk.com",
        "acmefreshdesk.com",
        "acme-freshdesk.com",
        "acme.freshdesk.co",
        "acme.freshdesk.com@evil.example",
        "https://acme:x@acme.freshdesk.com",
        "https://@acme.freshdesk.com",
        "https://evil.example/acme.freshdesk.com",
        "https://evil.example#.freshdesk.com",
        "https://evil.example?.freshdesk.com",
        "https://evil.example\\.freshdesk.com",
        "evil.example%2f.freshdesk.com",
        "acme.freshdesk.com:8443",
        "acme:port",
        "acme.freshdesk.com.",
        "a.b.freshdesk.com",
        "-acme",
        "acme-",
        "a" * 64,
        "ac me",
        "ac_me",
        "ftp://acme.freshdesk.com",
        "javascript://acme",
        "аcme.freshdesk.com",  # noqa: RUF001  # the first letter is Cyrillic
        "acme.freshdesk。com",
        "ａcme.freshdesk.com",  # noqa: RUF001  # the first letter is full-width
        "xn--cme-5cd.xn--p1ai",
        "[::1]",
        "[",
        "127.0.0.1",
    ],
)
def test_a_domain_that_is_not_under_freshdesk_com_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="never get the key"):
        parse_domain(value)


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        ("http://127.0.0.1:5056", "http://127.0.0.1:5056"),
        (" http://localhost:1/ ", "http://localhost:1"),
        ("http://[::1]:5056/api/v2", "http://[::1]:5056"),
    ],
)
def test_an_upstream_on_this_machine_is_accepted(value: str, origin: str) -> None:
    assert parse_loopback_url(value) == origin


@pytest.mark.parametrize(
    "value",
    [
        "",
        "127.0.0.1:5056",
        "http://127.0.0.1",
        "https://127.0.0.1:5056",
        "http://127.0.0.1.evil.example:80",
        "http://localhost.evil.example:80",
        "http://127.0.0.1:80@evil.example:80",
        "http://evil.example:80#127.0.0.1:80",
        "http://127.0.0.1\\@evil.example:80",
        "http://user@127.0.0.1:5056",
        "http://0.0.0.0:5056",
        "http://10.0.0.1:5056",
        "http://2130706433:5056",
        "http://[::1:5056",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:port",
    ],
)
def test_an_upstream_anywhere_else_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="on this machine"):
        parse_loopback_url(value)


def test_the_api_is_at_the_account_unless_an_upstream_on_this_machine_stands_in() -> None:
    settings = load_settings(COMPLETE)
    assert settings.api_url == "https://acme.freshdesk.com/api/v2"
    local = load_settings(COMPLETE | {"upstream_url": "http://127.0.0.1:5056/"})
    assert local.api_url == "http://127.0.0.1:5056/api/v2"


def test_the_page_of_a_ticket_is_at_the_account_even_if_an_upstream_stands_in() -> None:
    settings = load_settings(COMPLETE | {"upstream_url": "http://127.0.0.1:5056"})
    assert settings.portal_url() == "https://acme.freshdesk.com"


@pytest.mark.parametrize("key", ["a" * 8, "a" * 128, "AbC123!#$%&/=?~", "  padded-key-1  ", "padded-key-1\n"])
def test_a_key_of_printable_characters_is_accepted_and_stripped(key: str) -> None:
    assert load_settings(COMPLETE | {"api_key": key}).own_account.api_key.get_secret_value() == key.strip()


@pytest.mark.parametrize(
    "key",
    [" ", "a" * 7, "a" * 129, "key:with-colon", "kéy-0123456", "\x00" * 9],
)
def test_an_invalid_key_is_refused_without_showing_it(key: str) -> None:
    (problem,) = problems_with(COMPLETE | {"api_key": key})
    assert problem.startswith("FRESHDESK_API_KEY is not valid: it does not look like an API key")
    assert not key.strip() or key.strip() not in problem


@pytest.mark.parametrize("key", ["key with blanks", "key\nwith-line", "key\twith-tab", "key\u00a0with-blank"])
def test_a_key_with_blanks_in_it_is_refused_with_the_reason(key: str) -> None:
    (problem,) = problems_with(COMPLETE | {"api_key": key})
    assert problem == "FRESHDESK_API_KEY is not valid: it must be the key alone, without blanks or line breaks."


SECRETIVE = "marked-and-secret-0123456789-0123456789"
FILLED_IN = {
    "FRESHDESK_API_KEY": SECRETIVE,
    "FRESHDESK_DOMAIN": "marked",
    "FRESHDESK_MCP_SERVER_HOST": "marked.example",
    "FRESHDESK_MCP_SERVER_AUTH_TOKENS": SECRETIVE,
    "FRESHDESK_MCP_SERVER_STATE_SECRET": SECRETIVE,
    "FRESHDESK_MCP_SERVER_ALLOWED_HOSTS": "marked.example",
}


@pytest.mark.parametrize("name", FILLED_IN)
@pytest.mark.parametrize("form", ['"{}"', "'{}'", "\u201c{}\u201d", '{}"', "'{}"])
def test_quotes_that_nobody_took_away_are_told(complete_environment: pytest.MonkeyPatch, name: str, form: str) -> None:
    complete_environment.setenv(name, form.format(FILLED_IN[name]))
    (problem,) = problems_with()
    assert problem.startswith(f"{name} is not valid: it must stand without quotes")
    assert "marked" not in problem


@pytest.mark.parametrize("name", FILLED_IN)
@pytest.mark.parametrize(
    "placeholder", ["${MARKED}", "x${env:MARKED}", "$MARKED", "%MARKED%", "<marked>", "{{ marked }}"]
)
def test_a_placeholder_that_nothing_has_filled_in_is_told(
    complete_environment: pytest.MonkeyPatch, name: str, placeholder: str
) -> None:
    complete_environment.setenv(name, placeholder)
    problem = problems_with()[0]
    assert problem.startswith(f"{name} is not valid: it must be the value itself, not a placeholder")
    assert "marked" not in problem.lower()


@pytest.mark.parametrize("value", ["${NOT_THERE}", "'${NOT_THERE}'", "start-of-it${NOT_THERE}", "${BLANK}"])
def test_a_value_of_the_env_file_that_is_made_of_nothing_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str
) -> None:
    monkeypatch.setenv("BLANK", "")
    file = tmp_path / ".env"
    file.write_text(f"FRESHDESK_API_KEY={value}\nFRESHDESK_DOMAIN=acme\n", encoding="utf-8")
    assert problems_with() == (
        f"FRESHDESK_API_KEY in {file} is not valid: it is made of a variable, ${{...}}, that is not set or is blank.",
    )
    assert load_settings({"api_key": KEY})
    monkeypatch.setenv("FRESHDESK_API_KEY", KEY)
    assert load_settings()


def test_a_value_of_the_env_file_may_be_made_of_a_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "FRESHDESK_API_KEY=${MINE}\nNAME=acme\nFRESHDESK_DOMAIN=${NAME}\n"
        "FRESHDESK_MCP_SERVER_PORT=${NOT_THERE:-7}\nOTHER=${NOT_THERE}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("MINE", KEY)
    settings = load_settings()
    assert (settings.account, settings.port) == (parse_account("acme", KEY), 7)
    with pytest.raises(ConfigurationError, match="FRESHDESK_API_KEY in"):  # a host may not have it
        load_settings(use_environment=False)


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (
            "acme.myfreshworks.com",
            "it must be the address of the tickets, yourcompany.freshdesk.com, not that of a",
        ),
        ("https://acme.freshworks.com/crm", "it must be the address of the tickets, yourcompany.freshdesk.com"),
        ("acme.freshservice.com", "Freshservice is another product"),
        ("support.acme.com", "which an account keeps beside a domain of its own"),
        ("https://help.acme.com/support/tickets", "which an account keeps beside a domain of its own"),
        ("acme corp", "it must be yourcompany, yourcompany.freshdesk.com, or a URL of that"),
    ],
)
def test_the_text_for_another_address_says_where_to_look(value: str, advice: str) -> None:
    (problem,) = problems_with(COMPLETE | {"domain": value})
    assert advice in problem
    assert "acme" not in problem


def test_a_missing_setting_is_named_with_its_meaning() -> None:
    assert problems_with() == (
        (
            "FRESHDESK_API_KEY is not set. The API key of the agent on whose behalf tickets are worked "
            "(profile picture > Profile settings)."
        ),
        "FRESHDESK_DOMAIN is not set. The account: `yourcompany`, `yourcompany.freshdesk.com`, or a URL of it.",
    )


@pytest.mark.parametrize("naming", [None, "none"])
def test_an_empty_key_or_domain_is_none(naming: str | None) -> None:
    for name, field in (("FRESHDESK_API_KEY", "api_key"), ("FRESHDESK_DOMAIN", "domain")):
        (problem,) = problems_with(COMPLETE | {field: "", "account_naming": naming})
        assert problem.startswith(f"{name} is not set.")


def test_where_each_request_names_its_account_the_settings_have_none() -> None:
    settings = load_settings({"account_naming": "header"}, env_file=None)
    assert settings.account is None
    with pytest.raises(LookupError):
        _ = settings.own_account
    account = parse_account("acme", KEY)
    assert settings.for_account(account).account == account
    assert settings.for_account(account).api_url == "https://acme.freshdesk.com/api/v2"
    assert settings.for_account(account).portal_url() == "https://acme.freshdesk.com"


def test_an_account_that_would_never_be_used_is_refused() -> None:
    problems = problems_with(COMPLETE | {"account_naming": "header"})
    assert [problem.split()[0] for problem in problems] == ["FRESHDESK_API_KEY", "FRESHDESK_DOMAIN"]
    assert all("leave one out" in problem for problem in problems)


def test_an_account_that_a_request_names_is_held_to_the_rules_of_the_settings() -> None:
    account = parse_account("https://acme.freshdesk.com", f" {COMPLETE['api_key']} ")
    assert account == parse_account("acme", KEY)
    assert KEY not in repr(account)
    for domain, key in (("evil.example", KEY), ("", KEY), ("acme", ""), ("acme", "x")):
        with pytest.raises(ValueError, match=r"^it "):
            parse_account(domain, key)


def test_another_key_or_another_domain_is_another_account() -> None:
    accounts = [parse_account(domain, key) for domain in ("acme", "globex") for key in ("key-of-one", "key-of-two")]
    assert len({account.fingerprint for account in accounts}) == len(set(accounts)) == 4


def test_all_problems_are_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRESHDESK_DOMAIN", "evil.example")
    monkeypatch.setenv("FRESHDESK_MCP_SERVER_PORT", "70000")
    monkeypatch.setenv("FRESHDESK_MCP_SERVER_LOG_LEVEL", "loud")
    monkeypatch.setenv("FRESHDESK_MCP_SERVER_MAX_ATTEMPTS", "0")
    monkeypatch.setenv("FRESHDESK_MCP_SERVER_UPSTREAM_URL", "http://evil.example:80")
    monkeypatch.setenv("FRESHDESK_MCP_SERVER_PROT", "1")
    problems = problems_with()
    assert sorted(problem.split()[0] for problem in problems) == [
        "FRESHDESK_API_KEY",
        "FRESHDESK_DOMAIN",
        "FRESHDESK_MCP_SERVER_LOG_LEVEL",
        "FRESHDESK_MCP_SERVER_MAX_ATTEMPTS",
        "FRESHDESK_MCP_SERVER_PORT",
        "FRESHDESK_MCP_SERVER_PROT",
        "FRESHDESK_MCP_SERVER_UPSTREAM_URL",
    ]
    assert all("\n" not in problem for problem in problems)
    assert not any("evil.example" in problem for problem in problems)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PORT", "http", "it should be a valid integer, unable to parse string as an integer."),
        ("PORT", "-1", "it should be greater than or equal to 0."),
        ("PORT", "65536", "it should be less than or equal to 65535."),
        ("DEADLINE_S", "0", "it should be greater than 0."),
        ("DEADLINE_S", "601", "it should be less than or equal to 600."),
        ("READ_TIMEOUT_S", "nan", "it should be a finite number."),
        ("CONNECT_TIMEOUT_S", "inf", "it should be a finite number."),
        ("CONNECT_TIMEOUT_S", "5s", "it should be a valid number, unable to parse string as a number."),
        ("MAX_ATTEMPTS", "1.5", "it should be a valid integer, unable to parse string as an integer."),
        ("MAX_IN_FLIGHT", "0", "it should be greater than or equal to 1."),
        ("MAX_IN_FLIGHT", "201", "it should be less than or equal to 200."),
        ("MAX_WAITING", "-1", "it should be greater than or equal to 0."),
        ("MAX_WAITING", "10001", "it should be less than or equal to 10000."),
        ("LOG_LEVEL", "TRACE", "it should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'."),
    ],
)
def test_a_bad_value_is_named_with_what_it_should_be(
    complete_environment: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    complete_environment.setenv(f"FRESHDESK_MCP_SERVER_{name}", value)
    assert problems_with() == (f"FRESHDESK_MCP_SERVER_{name} is not valid: {problem}",)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("FRESHDESK_MCP_SERVER_PROT", "; did you mean FRESHDESK_MCP_SERVER_PORT?"),
        ("FRESHDESK_MCP_SERVER_LOGLEVEL", "; did you mean FRESHDESK_MCP_SERVER_LOG_LEVEL?"),
        ("FRESHDESK_MCP_SERVER_DEADLINE", "; did you mean FRESHDESK_MCP_SERVER_DEADLINE_S?"),
        ("FRESHDESK_MCP_SERVER_SERVICE", "; did you mean FRESHDESK_MCP_SERVER_"),
    ],
)
def test_a_misspelt_name_is_refused_and_the_right_one_suggested(
    complete_environment: pytest.MonkeyPatch, name: str, problem: str
) -> None:
    complete_environment.setenv(name, "1")
    (found,) = problems_with()
    assert found.startswith(f"{name} is not a setting of this server{problem}")


def test_a_misspelt_name_in_the_env_file_is_refused_too(
    complete_environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del complete_environment
    (tmp_path / ".env").write_text("FRESHDESK_MCP_SERVER_HOTS=0.0.0.0\n", encoding="utf-8")
    (problem,) = problems_with()
    assert problem.endswith("did you mean FRESHDESK_MCP_SERVER_HOST?")


def test_variables_of_other_programs_are_ignored(complete_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    complete_environment.setenv("FRESHDESK_SANDBOX_MODE", "1")
    (tmp_path / ".env").write_text("DATABASE_URL=x\nAPI_KEY=y\nDOMAIN=z\n", encoding="utf-8")
    assert load_settings().domain == "acme.freshdesk.com"


def test_variables_of_kubernetes_for_a_service_of_this_name_are_ignored(
    complete_environment: pytest.MonkeyPatch,
) -> None:
    for name, value in {
        "SERVICE_HOST": "10.0.0.7",
        "SERVICE_PORT": "5000",
        "SERVICE_PORT_HTTP": "5000",
        "PORT": "tcp://10.0.0.7:5000",
        "PORT_5000_TCP": "tcp://10.0.0.7:5000",
        "PORT_5000_TCP_PROTO": "tcp",
        "PORT_5000_TCP_PORT": "5000",
        "PORT_5000_TCP_ADDR": "10.0.0.7",
    }.items():
        complete_environment.setenv(f"FRESHDESK_MCP_SERVER_{name}", value)
    settings = load_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 5000)


def test_a_blank_variable_is_not_set(complete_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in SETTING_NAMES[2:]:
        complete_environment.setenv(name, "")
    assert load_settings() == load_settings(COMPLETE)
    complete_environment.setenv("FRESHDESK_API_KEY", "")
    (tmp_path / ".env").write_text("FRESHDESK_DOMAIN=\n", encoding="utf-8")
    assert [problem.split()[0] for problem in problems_with()] == ["FRESHDESK_API_KEY"]


def test_a_blank_variable_does_not_hide_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FRESHDESK_DOMAIN", "")
    (tmp_path / ".env").write_text(f"FRESHDESK_DOMAIN=file\nFRESHDESK_API_KEY={KEY}\n", encoding="utf-8")
    assert load_settings().domain == "file.freshdesk.com"


def test_the_command_line_goes_before_the_environment_before_the_env_file_before_the_default(
    complete_environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(
        "FRESHDESK_DOMAIN=file\nFRESHDESK_MCP_SERVER_PORT=1\nFRESHDESK_MCP_SERVER_HOST=file\n"
        "FRESHDESK_MCP_SERVER_MAX_ATTEMPTS=7\n",
        encoding="utf-8",
    )
    complete_environment.setenv("FRESHDESK_MCP_SERVER_PORT", "2")
    complete_environment.setenv("FRESHDESK_MCP_SERVER_HOST", "environment")
    settings = load_settings({"host": "given", "port": None})
    assert (settings.host, settings.port, settings.max_attempts) == ("given", 2, 7)
    assert (settings.max_in_flight, settings.max_waiting) == (20, 100)
    assert settings.domain == "acme.freshdesk.com"


def test_a_bad_value_is_not_a_problem_where_a_good_one_goes_before_it(complete_environment: pytest.MonkeyPatch) -> None:
    complete_environment.setenv("FRESHDESK_MCP_SERVER_PORT", "bad")
    assert load_settings({"port": 0}).port == 0


def test_the_env_file_is_the_one_of_the_working_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FRESHDESK_DOMAIN=here\n", encoding="utf-8")
    below = tmp_path / "below"
    below.mkdir()
    assert load_settings({"api_key": KEY}).domain == "here.freshdesk.com"
    monkeypatch.chdir(below)
    assert [problem.split()[0] for problem in problems_with({"api_key": KEY})] == ["FRESHDESK_DOMAIN"]


def test_an_env_file_that_cannot_be_read_is_one_problem(
    complete_environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del complete_environment
    (tmp_path / ".env").write_bytes(b"FRESHDESK_DOMAIN=\xff\n")
    assert problems_with() == (f"{tmp_path / '.env'} cannot be read; it must be a text file in UTF-8.",)


def test_no_env_file_is_read_when_none_is_wanted(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FRESHDESK_DOMAIN=here\nFRESHDESK_MCP_SERVER_PROT=1\n", encoding="utf-8")
    assert load_settings(COMPLETE, env_file=None).domain == "acme.freshdesk.com"


def test_another_env_file_takes_the_place_of_the_one_in_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FRESHDESK_DOMAIN=here\nFRESHDESK_MCP_SERVER_PORT=1\n", encoding="utf-8")
    (tmp_path / "other").write_text("FRESHDESK_DOMAIN=there\n", encoding="utf-8")
    settings = load_settings({"api_key": KEY}, env_file=str(tmp_path / "other"))
    assert (settings.domain, settings.port) == ("there.freshdesk.com", 5000)


def test_the_environment_can_be_left_out(complete_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    complete_environment.setenv("FRESHDESK_MCP_SERVER_PORT", "bad")
    complete_environment.setenv("FRESHDESK_MCP_SERVER_PROT", "1")
    (tmp_path / ".env").write_text(f"FRESHDESK_API_KEY={KEY}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(use_environment=False)
    assert [problem.split()[0] for problem in caught.value.problems] == ["FRESHDESK_DOMAIN"]
    assert load_settings({"domain": "given"}, use_environment=False).domain == "given.freshdesk.com"


@pytest.mark.parametrize("level", ["debug", "DEBUG", "Warning"])
def test_the_log_level_may_be_written_in_any_case(level: str) -> None:
    assert load_settings(COMPLETE | {"log_level": level}).log_level == level.upper()


def test_settings_cannot_be_changed() -> None:
    settings = load_settings(COMPLETE)
    with pytest.raises(ValueError, match="frozen"):
        settings.domain = "evil.example"


def test_the_key_is_in_no_text_of_the_settings() -> None:
    settings = load_settings(COMPLETE)
    texts = [
        repr(settings),
        str(settings),
        f"{settings.api_key}",
        settings.model_dump_json(),
        str(settings.model_dump()),
    ]
    assert not any(KEY in text for text in texts)


def test_neither_the_key_nor_any_value_is_in_the_text_of_an_error(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"FRESHDESK_MCP_SERVER_PROT={KEY}\n", encoding="utf-8")
    swapped: dict[str, object] = {"api_key": "acme:" + KEY, "domain": KEY + "_", "host": KEY, "port": KEY}
    with pytest.raises(ConfigurationError) as caught:
        load_settings(swapped)
    assert len(caught.value.problems) == 4
    assert KEY not in str(caught.value)
    assert KEY not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_every_setting_is_described_for_whoever_runs_the_server() -> None:
    assert len(set(SETTING_NAMES)) == len(Settings.model_fields)
    for field in Settings.model_fields.values():
        assert str(field.alias).startswith(("FRESHDESK_", *OF_OTHERS))
        assert field.description


def test_the_state_of_a_question_is_sealed_with_keys_that_all_replicas_have() -> None:
    keys = load_settings(COMPLETE).state_keys
    assert [len(key) for key in keys] == [32]
    assert load_settings(COMPLETE | {"auth_tokens": "a-token-of-this-one", "port": 1}).state_keys == keys
    assert load_settings(COMPLETE | {"api_key": KEY + "x"}).state_keys != keys
    assert load_settings(COMPLETE | {"state_secret": "s" * 32}).state_keys != keys


def test_while_a_token_is_rotated_the_old_and_the_new_one_open_the_state() -> None:
    old, both, new = (
        load_settings({"account_naming": "header", "auth_tokens": tokens}).state_keys
        for tokens in ("old-token-of-many", "old-token-of-many,new-token-of-many", "new-token-of-many")
    )
    assert both == old + new
    twice = load_settings({"account_naming": "header", "auth_tokens": "old-token-of-many,old-token-of-many"})
    assert twice.state_keys == old  # the SDK takes each key once


def test_where_replicas_share_no_secret_there_is_no_key() -> None:
    assert load_settings({"account_naming": "header"}).state_keys == ()


@pytest.mark.parametrize("name", ["AUTH_TOKENS", "TOOLS", "ALLOWED_HOSTS", "ALLOWED_ORIGINS"])
@pytest.mark.parametrize("value", [",", " ", " , "])
def test_a_list_of_nothing_lifts_no_restriction(
    complete_environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    complete_environment.setenv(f"FRESHDESK_MCP_SERVER_{name}", value)
    (problem,) = problems_with()
    assert problem.startswith(f"FRESHDESK_MCP_SERVER_{name} is not valid: it should name something")


@pytest.mark.parametrize(
    ("name", "choice"), [("auth", "None"), ("confirm", "REQUIRE"), ("account_naming", "None"), ("metrics", "Public")]
)
def test_a_choice_may_be_written_in_any_case(name: str, choice: str) -> None:
    assert getattr(load_settings(COMPLETE | {name: choice}), name) == choice.lower()


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("public_url", "https://mcp.example.com"),
        ("public_url", "https://mcp.example.com/"),
        ("public_url", "https://mcp.example.com:8443"),
        ("public_url", "https://example.com/desk/one"),
        ("public_url", "https://example.com/desk/"),
        ("public_url", "http://127.0.0.1:5000"),
        ("public_url", "http://[::1]:5000/"),
        ("oauth_issuer", "https://issuer.example.com"),
        ("oauth_issuer", "https://issuer.example.com/"),
        ("oauth_issuer", "https://issuer.example.com/realms/desk"),
        ("oauth_issuer", "https://issuer.example.com/realms/desk/"),
        ("oauth_issuer", "https://Issuer.example.com:443/Realms"),
    ],
)
def test_values_compared_to_the_letter_keep_their_letters(name: str, url: str) -> None:
    given = COMPLETE | {"oauth_issuer": "https://x.example", "public_url": "https://x.example", name: f" {url} "}
    assert getattr(load_settings(given), name) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://Mcp.example.com",
        "https://mcp.example.com:443",
        "https://mcp.example.com:",
        "https://m\u00fcnchen.example",
        "https://mcp.example.com//",
        "https://mcp.example.com/a/../b",
        "https://mcp.example.com/a b",
        "https://mcp.example.com/%61",
        "https://mcp.example.com?",
        "https://mcp.example.com?tenant=1",
        "https://mcp.example.com#top",
        "http://127.1:5000",
    ],
)
def test_a_public_address_that_clients_would_write_otherwise_is_refused(url: str) -> None:
    (problem,) = problems_with(COMPLETE | {"public_url": url})
    assert problem.startswith("FRESHDESK_MCP_SERVER_PUBLIC_URL is not valid: it must be ")
    assert url not in problem


@pytest.mark.parametrize(
    "url", ["https://issuer.example.com?x=1", "https://issuer.example.com/#", "https://x.example?"]
)
def test_an_issuer_has_no_query_and_no_fragment(url: str) -> None:
    (problem,) = problems_with(COMPLETE | {"oauth_issuer": url, "public_url": "https://x.example"})
    assert problem.startswith("FRESHDESK_MCP_SERVER_OAUTH_ISSUER is not valid: it must be the issuer's name")


@pytest.mark.parametrize("word", ["header", "HEADER", "Header", " header "])
def test_a_choice_has_its_effects_in_whichever_case_it_is_written(word: str) -> None:
    settings = load_settings({"account_naming": word, "log_level": "warning", "auth": " NONE "}, env_file=None)
    assert (settings.account_naming, settings.log_level, settings.auth) == ("header", "WARNING", "none")


@pytest.mark.parametrize(
    "url", ["https://[x", "ftp://x.example", "https://", "http://x.example", "https://x.example:99999"]
)
def test_an_address_that_is_none_is_refused_in_our_words(url: str) -> None:
    (problem,) = problems_with(COMPLETE | {"public_url": url})
    assert problem == "FRESHDESK_MCP_SERVER_PUBLIC_URL is not valid: it must be an https URL."


@pytest.mark.parametrize("secret", ["marked-and-short", " " * 40])
def test_a_short_state_secret_is_refused(secret: str) -> None:
    (problem,) = problems_with(COMPLETE | {"state_secret": secret})
    assert problem.startswith("FRESHDESK_MCP_SERVER_STATE_SECRET is not valid: it must have 32 characters")
    assert "marked" not in problem


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, False),
        ({"OTEL_TRACES_EXPORTER": "console, otlp"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": " "}, False),
        ({"OTEL_TRACES_EXPORTER": "console"}, False),  # it would write to standard output
        ({"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "otlp"}, False),
    ],
)
def test_spans_are_exported_when_the_standard_variables_ask_for_it(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], *, expected: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert asks_for_spans() is expected


@pytest.mark.parametrize(
    ("system", "variables", "folder"),
    [
        ("linux", {}, "home/.config"),
        ("linux", {"XDG_CONFIG_HOME": "{tmp}/xdg"}, "xdg"),
        ("linux", {"XDG_CONFIG_HOME": ""}, "home/.config"),
        # https://specifications.freedesktop.org/basedir-spec/latest/: a relative path is to be ignored.
        ("linux", {"XDG_CONFIG_HOME": "xdg"}, "home/.config"),
        ("darwin", {"XDG_CONFIG_HOME": "{tmp}/xdg"}, "home/Library/Application Support"),
        ("win32", {"APPDATA": "{tmp}/roaming"}, "roaming"),
        ("win32", {}, "home/AppData/Roaming"),
    ],
)
def test_applications_keep_their_configuration_where_the_system_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: str, variables: dict[str, str], folder: str
) -> None:
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(tmp=tmp_path))
    assert application_folder(system) == tmp_path / folder
