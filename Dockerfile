# The image of both web processes: the packages of uv.lock and nothing else. See docker-compose.yml.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    UV_PROJECT_ENVIRONMENT=/app/.venv \
    UV_PYTHON_DOWNLOADS=never \
    UV_LINK_MODE=copy

RUN pip install --no-cache-dir uv && useradd --system --create-home --uid 10001 register

WORKDIR /app
COPY pyproject.toml uv.lock .python-version ./
RUN uv sync --frozen --no-dev --no-cache

COPY manage.py ./
COPY portal portal
COPY people people
COPY incidents incidents
COPY templates templates
COPY static static
COPY locale locale

# What is made at run time; a volume in docker-compose.yml.
RUN mkdir /data && chown register /data
USER register
ENV DATA_DIR=/data HOST=0.0.0.0 PORT=8000
VOLUME /data
EXPOSE 8000

HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["/app/.venv/bin/python", "-m", "operations.probe"]
CMD ["/app/.venv/bin/python", "-m", "operations.serve"]
