# The server as an image. Build: docker build -t freshdesk-mcp-server .
#
#   docker run --rm -p 127.0.0.1:5000:5000 --env-file .env freshdesk-mcp-server
#   docker run --rm -p 127.0.0.1:5000:5000 freshdesk-mcp-server serve --sandbox
#   docker run --rm -i --no-healthcheck --env-file .env freshdesk-mcp-server serve --transport stdio
#
# It needs nothing writable and no capabilities: --read-only --cap-drop ALL --security-opt no-new-privileges.
#
# With OpenTelemetry: docker build --build-arg REQUIREMENTS=requirements-otel.txt -t freshdesk-mcp-server .

ARG PYTHON=3.13-slim-trixie

FROM python:${PYTHON} AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /build

# For `strip`. It stays in this stage, so any version will do.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends binutils \
    && rm -rf /var/lib/apt/lists/*

# Without a pip of its own: nothing is installed at run time. uvloop and httptools come with 16 MB of debugging symbols.
ARG REQUIREMENTS=requirements.txt
COPY requirements.txt requirements-otel.txt ./
RUN python -m venv --without-pip /app \
    && pip --python /app/bin/python install --no-compile --only-binary :all: --require-hashes --requirement "${REQUIREMENTS}" \
    && strip --strip-unneeded /app/lib/python*/site-packages/uvloop/*.so /app/lib/python*/site-packages/httptools/parser/*.so

# The build backend with the hashes it is locked with, without the rest of the development tools. A dependency of it that
# is missing here ends the build, because then pip has no hash for it.
COPY requirements-dev.txt ./
RUN awk '/^[^ ]/ {wanted = /^(hatchling|packaging|pathspec|pluggy|tomlkit|trove-classifiers)==/} wanted' \
        requirements-dev.txt >backend.txt \
    && pip install --only-binary :all: --require-hashes --requirement backend.txt

COPY pyproject.toml README.md LICENSE ./
COPY adapter adapter
COPY generated_client/freshdesk_client generated_client/freshdesk_client
# Bytecode is not checked against its source, because the time of a file may change on its way into an image.
RUN pip wheel --no-deps --no-build-isolation --no-index --wheel-dir dist . \
    && pip --python /app/bin/python install --no-compile --no-deps --no-index dist/*.whl \
    && /app/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /app/lib


FROM python:${PYTHON}
LABEL org.opencontainers.image.title="freshdesk-mcp-server" \
      org.opencontainers.image.description="A Model Context Protocol server through which AI agents work Freshdesk tickets" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"

# The base image comes without bytecode of the standard library, and nobody may write it later: without this, each start
# would compile some hundred modules again.
RUN python -m compileall -q -j 0 --invalidation-mode unchecked-hash \
        -x '/(site-packages|test|tests|idlelib|tkinter|turtledemo|ensurepip|pydoc_data|_pyrepl|lib2to3)/' \
        "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
COPY --from=builder /app /app

ENV PATH=/app/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FRESHDESK_MCP_SERVER_HOST=0.0.0.0
WORKDIR /app
# By number, because Kubernetes cannot tell whether a name is root.
USER 10001:10001
EXPOSE 5000
STOPSIGNAL SIGTERM

# There is no curl in the image. -I and -S: no module of the server is needed, and none is loaded.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-IS", "-c", "\
import http.client, os\n\
port = int(os.environ.get('FRESHDESK_MCP_SERVER_PORT') or 5000)\n\
connection = http.client.HTTPConnection('127.0.0.1', port, timeout=4)\n\
connection.request('GET', '/health')\n\
raise SystemExit(connection.getresponse().status != 200)"]

ENTRYPOINT ["freshdesk-mcp-server"]
CMD ["serve"]
