"""The container and its deployments, checked against each other, the server, and the rules for a hardened cluster.

Nothing is built or started here. ``scripts/container-lint.sh`` checks the files against their schemas.
"""

import fnmatch
import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from freshdesk_mcp_server.settings import SETTING_NAMES, Settings
from freshdesk_mcp_server.transports.http import LARGEST_REQUEST

ROOT = Path(__file__).parents[2]
KUBERNETES = ROOT / "deploy/kubernetes"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
LOCK = (ROOT / "requirements-dev.txt").read_text()
NGINX = (ROOT / "deploy/nginx/nginx.conf").read_text()
NAME = "freshdesk-mcp-server"
USER = 10001
PORT = 5000
TEXTS = [ROOT / "Dockerfile", ROOT / "compose.yaml", *(path for path in (ROOT / "deploy").rglob("*") if path.is_file())]


def default_of(setting: str) -> Any:
    return Settings.model_fields[setting].default


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_named_variable_is_a_setting(path: Path) -> None:
    named = set(re.findall(r"FRESHDESK_[A-Z0-9_]+", path.read_text()))
    assert named - set(SETTING_NAMES) == set()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_image_is_the_latest_and_none_has_a_registry(path: Path) -> None:
    text = path.read_text()
    assert ":latest" not in text
    assert re.findall(r"\b(?:docker|ghcr|quay|gcr)\.io\b", text) == []


# --- Dockerfile


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile, each on one line."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in joined.splitlines() if line.strip()]


INSTRUCTIONS = instructions()
LAST_STAGE = INSTRUCTIONS[max(at for at, (name, _) in enumerate(INSTRUCTIONS) if name == "FROM") :]


def in_last_stage(wanted: str) -> str:
    (only,) = [rest for name, rest in LAST_STAGE if name == wanted]
    return only


def copied_from_the_project() -> list[str]:
    return [
        source
        for name, rest in INSTRUCTIONS
        if name in ("COPY", "ADD") and "--from=" not in rest
        for source in rest.split()[:-1]
    ]


def test_both_stages_stand_on_one_supported_python() -> None:
    assert [rest.split(" AS ")[0] for name, rest in INSTRUCTIONS if name == "FROM"] == ["python:${PYTHON}"] * 2
    argument, requirements = [rest for name, rest in INSTRUCTIONS if name == "ARG"]
    assert requirements == "REQUIREMENTS=requirements.txt"
    version = re.fullmatch(r"PYTHON=(3\.\d+)-slim-\w+", argument)
    assert version
    supported = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    assert f"Programming Language :: Python :: {version[1]}" in supported


def test_the_container_runs_as_a_number_that_is_not_root() -> None:
    assert in_last_stage("USER") == f"{USER}:{USER}"
    after = LAST_STAGE[[name for name, _ in LAST_STAGE].index("USER") :]
    assert {name for name, _ in after} & {"RUN", "COPY", "ADD"} == set()


def test_the_container_serves_http_unless_told_otherwise() -> None:
    assert json.loads(in_last_stage("ENTRYPOINT")) == [NAME]
    assert json.loads(in_last_stage("CMD")) == ["serve"]
    assert in_last_stage("STOPSIGNAL") == "SIGTERM"
    assert in_last_stage("EXPOSE") == str(PORT) == str(default_of("port"))
    assert "FRESHDESK_MCP_SERVER_HOST=0.0.0.0" in in_last_stage("ENV")


def test_the_health_check_asks_for_liveness_with_programs_of_the_image() -> None:
    options, _, command = in_last_stage("HEALTHCHECK").partition("CMD ")
    assert {"--interval", "--timeout", "--start-period", "--retries"} == set(re.findall(r"--[a-z-]+", options))
    program, *_, script = json.loads(command)
    assert program == "python"
    compile(script, "HEALTHCHECK", "exec")
    assert "'/health'" in script
    assert f"os.environ.get('FRESHDESK_MCP_SERVER_PORT') or {PORT}" in script


def test_every_download_of_pip_is_hashed_and_from_the_index_of_the_builder() -> None:
    pips = [
        command
        for name, rest in INSTRUCTIONS
        if name == "RUN"
        for command in re.split(r"&&", rest)
        if re.match(r" *pip ", command)
    ]
    assert len(pips) == 4
    for command in pips:
        assert "--require-hashes" in command or {"--no-deps", "--no-index"} <= set(command.split())
        assert "://" not in command
        assert "index-url" not in command
        assert "trusted-host" not in command


def test_the_build_backend_is_taken_from_the_lock_whole() -> None:
    (line,) = [rest for name, rest in INSTRUCTIONS if name == "RUN" and rest.startswith("awk")]
    pattern = re.search(r"\^\(([a-z|-]+)\)==", line)
    assert pattern
    blocks = re.split(r"\n(?=\S)", LOCK)
    users = {
        block.partition("==")[0]: set(re.findall(r"^    # +(?:via )?([a-z][\w.-]*)", block, re.MULTILINE))
        for block in blocks
    }
    needed = {"hatchling"}
    while more := {name for name, by in users.items() if by & needed} - needed:
        needed |= more
    assert set(pattern[1].split("|")) == needed


def test_no_secret_is_an_argument_of_the_build() -> None:
    text = "\n".join(rest for name, rest in INSTRUCTIONS if name in ("ARG", "ENV", "LABEL"))
    assert re.findall(r"(?i)api_key|token|secret|password", text) == []


def test_the_image_names_its_version() -> None:
    assert f'org.opencontainers.image.version="{VERSION}"' in in_last_stage("LABEL")


# --- .dockerignore


def is_sent(path: PurePosixPath, patterns: list[str]) -> bool:
    """Return True if a file reaches the build: the last pattern that fits it or a directory above it decides."""
    sent = True
    for pattern in patterns:
        plain = pattern.removeprefix("!")
        for part in (path, *path.parents[:-1]):
            fits = part.name == plain[3:] if plain.startswith("**/") else fnmatch.fnmatchcase(str(part), plain)
            if fits:
                sent = pattern.startswith("!")
    return sent


def files_of_the_project() -> Iterator[PurePosixPath]:
    for top in ROOT.iterdir():
        if top.is_dir() and top.name.startswith("."):
            continue  # environments, caches and history: thousands of files
        found = top.rglob("*") if top.is_dir() else [top]
        yield from (PurePosixPath(path.relative_to(ROOT)) for path in found if path.is_file())


def test_only_the_files_that_the_build_copies_reach_the_build() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    assert patterns[0] == "*"
    sources = [PurePosixPath(source) for source in copied_from_the_project()]
    files = list(files_of_the_project())
    assert [source for source in sources if not any(file.is_relative_to(source) for file in files)] == []
    wanted = {
        file
        for file in files
        if any(file.is_relative_to(source) for source in sources) and "__pycache__" not in file.parts
    }
    assert {file for file in files if is_sent(file, patterns)} == wanted
    unwanted = [
        ".env",
        "deploy/kubernetes/secret.env",
        ".git/config",
        "tests/conftest.py",
        "adapter/x/__pycache__/x.pyc",
    ]
    assert [name for name in unwanted if is_sent(PurePosixPath(name), patterns)] == []


def test_the_sources_of_the_wheel_are_copied() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = build["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    described = [build["project"]["readme"], *build["project"]["license-files"], "pyproject.toml"]
    copied = [PurePosixPath(source) for source in copied_from_the_project()]
    for needed in (*packages, *described):
        assert any(PurePosixPath(needed).is_relative_to(source) for source in copied), needed


# --- compose.yaml

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_service_has_a_read_only_file_system_and_no_privileges(service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "cap_add" not in service
    user = service.get("user", in_last_stage("USER"))
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_service_is_published_on_this_machine_only(service: dict[str, Any]) -> None:
    assert [port for port in service.get("ports", []) if not re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)] == []


def test_two_servers_stand_behind_nginx() -> None:
    server, nginx = SERVICES["server"], SERVICES["nginx"]
    assert server["deploy"]["replicas"] == 2
    assert "ports" not in server
    assert re.fullmatch(r"nginx:\d+\.\d+-alpine", nginx["image"])
    assert "./deploy/nginx/nginx.conf:/etc/nginx/nginx.conf:ro" in nginx["volumes"]
    assert nginx["depends_on"] == {"server": {"condition": "service_healthy"}}
    assert re.findall(r"^ *server (\S+) resolve fail_timeout=\d+s;$", NGINX, re.MULTILINE) == [f"server:{PORT}"] * 2
    (listens,) = re.findall(r"^ *listen (\d+);$", NGINX, re.MULTILINE)
    assert nginx["ports"] == [f"127.0.0.1:{listens}:{listens}"]
    assert nginx["healthcheck"]["test"][-1] == f"http://127.0.0.1:{listens}/health"


def test_the_env_file_cannot_change_host_and_port() -> None:
    given = SERVICES["server"]["environment"]
    assert given["FRESHDESK_MCP_SERVER_HOST"] == "0.0.0.0"
    assert given["FRESHDESK_MCP_SERVER_PORT"] == str(PORT)


def test_servers_that_share_clients_do_not_start_without_tokens() -> None:
    """Each server would make a token of its own. The settings refuse a value that stands for no token."""
    given = SERVICES["server"]["environment"]["FRESHDESK_MCP_SERVER_AUTH_TOKENS"]
    stand_in = re.fullmatch(r"\$\{FRESHDESK_MCP_SERVER_AUTH_TOKENS-(\w+)\}", given)
    assert stand_in
    settings: dict[str, Any] = {"FRESHDESK_API_KEY": "k" * 20, "FRESHDESK_DOMAIN": "yourcompany"}
    assert not Settings(**settings).auth_tokens
    with pytest.raises(ValueError, match="FRESHDESK_MCP_SERVER_AUTH_TOKENS"):
        Settings(**settings | {"FRESHDESK_MCP_SERVER_AUTH_TOKENS": stand_in[1]})


def test_the_sandbox_needs_no_account_and_is_not_started_unasked() -> None:
    sandbox = SERVICES["sandbox"]
    assert sandbox["profiles"] == ["sandbox"]
    assert sandbox["command"] == ["serve", "--sandbox"]
    assert sandbox["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    assert sandbox["environment"].keys() & {"FRESHDESK_API_KEY", "FRESHDESK_DOMAIN"} == set()
    assert "env_file" not in sandbox


def test_a_stop_leaves_time_for_calls_under_way() -> None:
    for name in ("server", "sandbox"):
        assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > default_of("shutdown_grace_s") + 1


def test_compose_runs_the_version_of_the_project() -> None:
    assert {SERVICES[name]["image"] for name in ("server", "sandbox")} == {f"{NAME}:{VERSION}"}


# --- nginx


def location(path: str) -> str:
    found = re.search(rf"location (?:= )?{re.escape(path)} {{(.*?)}}", NGINX, re.DOTALL)
    assert found, path
    return found[1]


def test_nginx_sends_calls_to_any_server_and_streams_to_the_same() -> None:
    assert "http://any_server" in location("/mcp")
    for path in ("/sse", "/messages/"):
        assert "http://same_server" in location(path)
    # With `consistent` nginx would take turns among the addresses of one name.
    assert re.search(r"upstream same_server {[^}]*\bhash \$remote_addr;", NGINX)
    assert "hash" not in NGINX.partition("upstream any_server {")[2].partition("}")[0]


def test_nginx_waits_longer_than_a_call_takes() -> None:
    for path in ("/mcp", "/messages/"):
        timeout = re.search(r"proxy_read_timeout (\d+)s;", location(path))
        assert timeout
        assert int(timeout[1]) > default_of("deadline_s")
    assert "proxy_read_timeout 1h;" in location("/sse")


def test_nginx_lets_the_same_bodies_through_and_shows_no_metrics() -> None:
    assert f"client_max_body_size {LARGEST_REQUEST // 1024**2}m;" in NGINX
    assert "return 404;" in location("/")
    assert "location = /metrics" not in NGINX


def test_nginx_logs_no_query_and_no_header_with_a_secret() -> None:
    (written,) = re.findall(r"log_format .*?;", NGINX, re.DOTALL)
    assert re.findall(r"\$(?:request|request_uri|args|query_string|http_\w+|arg_\w+)\b", written) == []


# --- deploy/kubernetes


def documents(text: str) -> dict[str, Any]:
    return {document["kind"]: document for document in yaml.safe_load_all(text)}


KUSTOMIZATION = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())
MANIFESTS = documents("\n---\n".join((KUBERNETES / name).read_text() for name in KUSTOMIZATION["resources"]))
DEPLOYMENT = MANIFESTS["Deployment"]["spec"]
POD = DEPLOYMENT["template"]["spec"]
(CONTAINER,) = POD["containers"]
LABELS = DEPLOYMENT["template"]["metadata"]["labels"]


def test_the_manifests_are_those_that_a_deployment_needs() -> None:
    expected = ["Deployment", "HorizontalPodAutoscaler", "Namespace", "NetworkPolicy", "PodDisruptionBudget", "Service"]
    assert sorted(MANIFESTS) == expected
    assert {path.name for path in KUBERNETES.glob("*.yaml")} == {
        *KUSTOMIZATION["resources"],
        "kustomization.yaml",
        "secret.example.yaml",
    }
    assert KUSTOMIZATION["namespace"] == MANIFESTS["Namespace"]["metadata"]["name"]
    assert KUSTOMIZATION["images"] == [{"name": CONTAINER["image"], "newTag": VERSION}]


def test_the_pods_meet_the_restricted_standard_that_the_namespace_enforces() -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
    assert MANIFESTS["Namespace"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert POD["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": USER,
        "runAsGroup": USER,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert POD.keys() & {"hostNetwork", "hostPID", "hostIPC", "volumes", "initContainers"} == set()


def test_a_pod_gets_nothing_from_the_cluster_that_it_did_not_ask_for() -> None:
    assert POD["enableServiceLinks"] is False
    assert POD["automountServiceAccountToken"] is False


def test_each_probe_asks_its_own_route() -> None:
    paths = {name: CONTAINER[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")}
    assert paths == {"startup": "/health", "liveness": "/health", "readiness": "/health/ready"}
    (port,) = CONTAINER["ports"]
    assert port["containerPort"] == PORT
    assert {CONTAINER[f"{name}Probe"]["httpGet"]["port"] for name in paths} == {port["name"]}


def test_a_pod_has_time_to_end_well() -> None:
    program, wait = CONTAINER["lifecycle"]["preStop"]["exec"]["command"]
    assert program == "sleep"
    assert POD["terminationGracePeriodSeconds"] > int(wait) + default_of("shutdown_grace_s") + 1


def test_two_pods_are_kept_apart_and_scaled_by_their_requests() -> None:
    assert DEPLOYMENT["replicas"] == MANIFESTS["HorizontalPodAutoscaler"]["spec"]["minReplicas"] == 2
    assert MANIFESTS["PodDisruptionBudget"]["spec"]["maxUnavailable"] == 1
    assert CONTAINER["resources"]["requests"].keys() == {"cpu", "memory"}
    assert "memory" in CONTAINER["resources"]["limits"]
    spread = {constraint["topologyKey"] for constraint in POD["topologySpreadConstraints"]}
    assert spread == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}


def test_every_selector_finds_the_pods() -> None:
    selectors = {
        "Deployment": DEPLOYMENT["selector"]["matchLabels"],
        "Service": MANIFESTS["Service"]["spec"]["selector"],
        "NetworkPolicy": MANIFESTS["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
        "PodDisruptionBudget": MANIFESTS["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        **{c["topologyKey"]: c["labelSelector"]["matchLabels"] for c in POD["topologySpreadConstraints"]},
    }
    assert {name: selector for name, selector in selectors.items() if selector != LABELS} == {}
    target = MANIFESTS["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", MANIFESTS["Deployment"]["metadata"]["name"])


def test_the_service_leads_to_the_port_of_the_container_and_keeps_a_client_with_its_pod() -> None:
    service = MANIFESTS["Service"]["spec"]
    (port,) = service["ports"]
    assert port["targetPort"] in {port["name"] for port in CONTAINER["ports"]}
    assert service["sessionAffinity"] == "ClientIP"


def test_the_network_lets_in_calls_and_lets_out_dns_and_https() -> None:
    policy = MANIFESTS["NetworkPolicy"]["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert [rule["ports"] for rule in policy["ingress"]] == [[{"port": PORT, "protocol": "TCP"}]]
    ports = {(port["port"], port["protocol"]) for rule in policy["egress"] for port in rule["ports"]}
    assert ports == {(53, "UDP"), (53, "TCP"), (443, "TCP")}
    assert all(rule["to"] for rule in policy["egress"])


def test_the_settings_of_the_pods_come_from_where_the_manifests_say() -> None:
    (generated,) = KUSTOMIZATION["configMapGenerator"]
    sources = {kind: ref["name"] for source in CONTAINER["envFrom"] for kind, ref in source.items()}
    secret = documents((KUBERNETES / "secret.example.yaml").read_text())["Secret"]
    assert sources == {"configMapRef": generated["name"], "secretRef": secret["metadata"]["name"]}
    assert secret["metadata"]["namespace"] == KUSTOMIZATION["namespace"]
    assert {file for file in generated["envs"] if not (KUBERNETES / file).is_file()} == set()


def test_the_example_of_a_secret_is_complete_and_would_be_refused_as_it_stands() -> None:
    secret = documents((KUBERNETES / "secret.example.yaml").read_text())["Secret"]["stringData"]
    assert {"FRESHDESK_API_KEY", "FRESHDESK_DOMAIN", "FRESHDESK_MCP_SERVER_AUTH_TOKENS"} == secret.keys()
    with pytest.raises(ValueError, match="FRESHDESK_MCP_SERVER_AUTH_TOKENS"):
        Settings(**secret)
    assert {"secret.env", "secret.yaml"} <= set((KUBERNETES / ".gitignore").read_text().split())


def test_clients_in_the_cluster_may_call_the_service_by_its_names() -> None:
    lines = (KUBERNETES / "config.env").read_text().splitlines()
    config = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    names = config["FRESHDESK_MCP_SERVER_ALLOWED_HOSTS"].split(",")
    service, namespace = MANIFESTS["Service"]["metadata"]["name"], KUSTOMIZATION["namespace"]
    ends = ["", f".{namespace}", f".{namespace}.svc", f".{namespace}.svc.cluster.local"]
    assert names == [service + end for end in ends]


def test_kustomize_renders_the_intended_manifests() -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed: what kustomize makes of deploy/kubernetes was NOT checked")
    made = documents(subprocess.check_output([kubectl, "kustomize", str(KUBERNETES)], text=True))
    assert sorted(made) == sorted([*MANIFESTS, "ConfigMap"])
    assert {document["metadata"].get("namespace") for kind, document in made.items() if kind != "Namespace"} == {
        KUSTOMIZATION["namespace"]
    }
    template = made["Deployment"]["spec"]["template"]
    (container,) = template["spec"]["containers"]
    assert container["image"] == f"{NAME}:{VERSION}"
    assert container["envFrom"][0]["configMapRef"]["name"] == made["ConfigMap"]["metadata"]["name"] != NAME
    selected = template["metadata"]["labels"].items()
    assert made["Service"]["spec"]["selector"].items() == selected
    assert made["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"].items() == selected
