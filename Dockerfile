# The service, the worker and the migration are one image; compose.yaml says which command each container runs.
# Alone it keeps its own PostgreSQL in the volume:
#   docker build -t deskhand . && docker run -p 127.0.0.1:8025:8025 -v deskhand:/var/lib/deskhand deskhand
FROM python:3.13-slim AS build
COPY requirements.txt /build/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r /build/requirements.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/deskhand --shell /usr/sbin/nologin deskhand \
    && chmod 0700 /var/lib/deskhand
COPY --from=build /opt/venv /opt/venv
COPY app /opt/deskhand/app
COPY migrations /opt/deskhand/migrations
COPY docs/requirements.md /opt/deskhand/docs/requirements.md
COPY deploy/docker/deskhand /opt/venv/bin/deskhand
# Compiled here, since nothing can be written there later.
RUN ["/opt/venv/bin/python", "-m", "compileall", "-q", "/opt/deskhand/app"]
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/deskhand \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DESKHAND_DATA_DIR=/var/lib/deskhand
WORKDIR /var/lib/deskhand
VOLUME /var/lib/deskhand
USER deskhand
EXPOSE 8025
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8025/healthz', timeout=4)"]
ENTRYPOINT ["deskhand"]
CMD ["serve", "--host", "0.0.0.0"]
