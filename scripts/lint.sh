#!/bin/sh
# Everything that can be checked without running the program. Shows the output of what fails, and goes on to the end.
set -u
cd "$(dirname "$0")/.."
python=.venv/bin/python
failed=0

lint() {
  name=$1
  shift
  if output=$("$@" 2>&1); then
    printf 'lint: %s: ok\n' "$name"
  else
    printf 'lint: %s: FAILED\n%s\n' "$name" "$output"
    failed=1
  fi
}

# The settings of an installation that serves the world; nothing connects to these addresses.
as_deployed() {
  env -u DEBUG -u DEMO -u CONNECT_AS -u ALLOWED_HOSTS -u BEHIND_PROXY \
    SURFACE=all SITE_URL=https://register.example.org EMAIL_HOST=mail.example.org \
    SECRET_KEY=only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz \
    "OWNER_DATABASE_URL=postgresql://owner:a@database.example.org/hdc?sslmode=verify-full" \
    "DATABASE_URL=postgresql://register_desk:b@database.example.org/hdc?sslmode=verify-full" \
    "REGISTER_DATABASE_URL=postgresql://register_reader:c@database.example.org/hdc?sslmode=verify-full" \
    "$@"
}

lint "style" $python -m ruff check .
lint "form" $python -m ruff format --check .
lint "types" $python -m mypy
lint "layers" .venv/bin/lint-imports
lint "templates of the desk" $python -m djlint templates --extend-exclude templates/public --lint --quiet
lint "public templates" $python -m djlint templates/public --profile jinja --lint --quiet
lint "migrations" env -u DATABASE_URL -u REGISTER_DATABASE_URL $python manage.py makemigrations --check --dry-run
lint "settings as deployed" as_deployed $python manage.py check --deploy --fail-level WARNING
exit $failed
