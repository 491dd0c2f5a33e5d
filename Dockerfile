# The service in stages: packages are fetched by hash, then run by an unprivileged user.
# Any base with Python 3.11 or newer and its venv module will do.
ARG BASE_IMAGE=docker.io/library/python:3.13-slim
# GraphiQL, the page for browsers, is fetched by npm; no Node runs afterwards. EXPLORER=none goes
# without, and browsers get the small page; then any image will do as NODE_IMAGE, the base as well.
ARG NODE_IMAGE=docker.io/library/node:24-slim

FROM ${NODE_IMAGE} AS explorer
ARG EXPLORER=graphiql
COPY .ci/fetch-graphiql .ci/graphiql.sha512 /build/
# A private registry is given as a build secret: --secret id=npm,src=.npmrc
RUN --mount=type=secret,id=npm,target=/root/.npmrc \
    mkdir -p /explorer && if [ "$EXPLORER" != none ]; then \
    bash /build/fetch-graphiql /explorer/graphiql --again; fi

FROM ${BASE_IMAGE} AS build
WORKDIR /app
RUN python3 -m venv /app/.venv
COPY requirements.txt ./
# A private package index is given as a build secret: --secret id=pip,src=pip.conf
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: --requirement requirements.txt
COPY . .
COPY --from=explorer /explorer/ server/http/static/
RUN .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --no-index --no-deps --no-build-isolation --editable . \
    && .venv/bin/python -m compileall -q -x '/\.venv/' .

FROM ${BASE_IMAGE}
RUN groupadd --system --gid 10001 jiuye \
    && useradd --system --uid 10001 --gid jiuye --no-create-home --home-dir /app jiuye \
    && mkdir --mode=0700 /data && chown jiuye:jiuye /data
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    JIUYE_HOME=/data
USER jiuye
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=2)"]
CMD ["jiuye", "serve"]
