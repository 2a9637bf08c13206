# One image for all stages, the doubles and the commands: `python -m pollers | streams | sinks`, `ozmap-ixc …`.
FROM python:3.12-slim-bookworm

RUN useradd --uid 10001 --create-home integrator \
 && mkdir /app /data \
 && chown integrator /data

# The packages change rarely and the code often: two layers. What only development needs (the extra `dev`)
# is taken out again in the layer that brought it.
ENV VENV=/opt/venv PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1
COPY requirements.lock pyproject.toml /app/
COPY scripts/bootstrap /app/scripts/
RUN PYTHON=/usr/local/bin/python3 /app/scripts/bootstrap \
 && sed -n '/^dev = \[/,/^]/s/^ *"\([A-Za-z0-9-]*\).*/\1/p' /app/pyproject.toml \
  | xargs pip uninstall --quiet --yes --disable-pip-version-check \
 && python -m compileall -q /opt/venv

COPY topics.yaml /app/
COPY kernel /app/kernel
COPY pollers /app/pollers
COPY streams /app/streams
COPY sinks /app/sinks
COPY ops /app/ops
COPY standalone /app/standalone
COPY sandbox /app/sandbox
RUN python -m compileall -q /app

USER integrator
WORKDIR /data
ENV DATA_DIR=/data
VOLUME /data
CMD ["ozmap-ixc", "--help"]
