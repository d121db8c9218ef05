# The bot alone, without its sandbox, for `docker run` or Kubernetes; see docs/operating.md.
#   docker build -t mondoo-audit-bot .
#   docker run --read-only --env-file .env mondoo-audit-bot
# The tag below moves with Python's security fixes. For a build that can be repeated to the bit, add the digest that
# `docker buildx imagetools inspect` shows for it: python:3.13-slim-bookworm@sha256:…
FROM python:3.13-slim-bookworm AS build

WORKDIR /src
COPY requirements/build.lock requirements/runtime.lock requirements/
RUN python -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements/build.lock \
 && python -m venv /opt/bot \
 && /opt/bot/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements/runtime.lock
COPY pyproject.toml README.md LICENSE manifest.yml ./
COPY bot bot
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /opt/wheels . \
 && /opt/bot/bin/pip install --no-cache-dir --no-index --no-deps /opt/wheels/*.whl \
 && /opt/bot/bin/pip uninstall --yes pip

FROM python:3.13-slim-bookworm

LABEL org.opencontainers.image.title="mondoo-audit-bot" \
      org.opencontainers.image.description="Ask Mondoo's audit log from Slack, and know how complete each answer is." \
      org.opencontainers.image.licenses="MIT"

COPY --from=build /opt/bot /opt/bot
# All that the bot writes is here, so the root may be read-only; a number, since Kubernetes cannot tell whether a name is root.
RUN install --directory --owner=10001 --group=10001 --mode=0700 /data
USER 10001:10001
WORKDIR /data
VOLUME /data

ENV PATH=/opt/bot/bin:$PATH \
    HOME=/data \
    LISTEN_HOST=0.0.0.0 \
    PORT=3000 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
EXPOSE 3000

# /healthz answers 503 when the bot's work stands still, not only when the bot is gone. Spoken to directly: no proxy setting applies.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import http.client, os, sys; bot = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); bot.request('GET', '/healthz'); sys.exit(bot.getresponse().status != 200)"]

STOPSIGNAL SIGTERM
ENTRYPOINT ["mondoo-audit-bot"]
CMD ["run"]
